package io.prumerge.endpoint;

import java.time.Duration;

/**
 * How often a request is repeated, and how long it is waited for.
 *
 * @param answer time for one answer, head and body
 * @param total time after which a request is not repeated
 * @param firstPause before a request is repeated, on average; every further one is twice as long
 * @param tries requests at most
 * @param faults requests at most that end with status 500 or an answer that is no JSON, which often
 *     is no passing fault
 */
public record Patience(
    Duration answer, Duration total, Duration firstPause, int tries, int faults) {

  /** For a judge, whose replies are few and expensive. */
  public static final Patience JUDGE =
      new Patience(Duration.ofMinutes(2), Duration.ofHours(1), Duration.ofSeconds(1), 6, 6);

  /** For a model: its server may queue requests of many tasks for minutes. */
  public static final Patience MODEL =
      new Patience(Duration.ofMinutes(5), Duration.ofMinutes(15), Duration.ofSeconds(1), 6, 3);

  /** Longest accepted wait in {@code Retry-After}. */
  static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  /** Returns these limits with another time for one answer. */
  public Patience withAnswer(Duration time) {
    Duration all = total.compareTo(time) > 0 ? total : time;
    return new Patience(time, all, firstPause, tries, faults);
  }

  /** Returns these limits with another first pause. */
  public Patience withFirstPause(Duration pause) {
    return new Patience(answer, total, pause, tries, faults);
  }
}
