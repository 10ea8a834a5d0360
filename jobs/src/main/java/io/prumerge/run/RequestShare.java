package io.prumerge.run;

import java.util.OptionalInt;

/**
 * How chunks are shared among tasks, and the requests that an endpoint is asked at a time among
 * both. However many executors come, {@code chunks} x {@code tasks} x {@code requests} is never
 * more than an endpoint is allowed.
 *
 * @param chunks chunks in flight
 * @param tasks tasks of each chunk
 * @param requests requests of each task under way
 */
record RequestShare(int chunks, int tasks, int requests) {

  /**
   * Shares the requests among as many tasks as run at a time, or fewer if there are fewer requests.
   *
   * @param all requests under way at most; at least 1
   * @param chunks chunks in flight at most
   * @param slots tasks that run at a time
   * @param partitions tasks per chunk that the user wants
   */
  static RequestShare of(int all, int chunks, int slots, OptionalInt partitions) {
    int flying = Math.max(1, Math.min(chunks, all));
    int wanted = partitions.orElse((slots + flying - 1) / flying);
    int tasks = Math.max(1, Math.min(wanted, all / flying));
    return new RequestShare(flying, tasks, all / (flying * tasks));
  }
}
