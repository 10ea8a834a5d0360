package io.prumerge.load;

/**
 * What sending the requests took of this process, by which a point tells that it was the limit, and
 * not the server.
 *
 * @param delays milliseconds that requests were sent after they could have been: the 99th
 *     percentile
 * @param cpuShare of one processor's time that this process used, over the processors it may use
 */
public record GeneratorUse(double delays, double cpuShare) {

  /** A tenth of 100 ms, than which few servers give the first text about a picture earlier. */
  private static final double MOST_DELAY = 10;

  /** Above it, work for the next request waits for other work of this process. */
  private static final double MOST_CPU = 0.8;

  /**
   * Returns whether the point shows the limits of this process: one request in a hundred was sent
   * more than 10 ms late, or more than 80 % of its processors' time was used.
   */
  public boolean wasTheLimit() {
    return delays > MOST_DELAY || cpuShare > MOST_CPU;
  }
}
