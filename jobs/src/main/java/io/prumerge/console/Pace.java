package io.prumerge.console;

import java.time.Duration;
import java.util.Optional;

/**
 * Speed and remaining time of counted work. The clock starts when the first work is done, so that
 * loading a model does not count. Work of earlier attempts counts as done, but not as speed.
 */
final class Pace {

  private final Work before;
  private final Work total;
  private Duration firstAt = Duration.ZERO;
  private Work first = Work.NOTHING;
  private Duration now = Duration.ZERO;
  private Work counted = Work.NOTHING;

  /**
   * @param before work of earlier attempts
   * @param total all work, or {@link Work#UNKNOWN}
   */
  Pace(Work before, Work total) {
    this.before = before;
    this.total = total;
  }

  /**
   * Records the progress at a moment.
   *
   * @param elapsed time since this attempt's start
   * @param done work of this attempt
   */
  void at(Duration elapsed, Work done) {
    if (first.count() == 0) {
      first = done;
      firstAt = elapsed;
    }
    now = elapsed;
    counted = done;
  }

  /** Records that all work is done. */
  void finish(Duration elapsed) {
    at(
        elapsed,
        total.isKnown()
            ? new Work(total.count() - before.count(), total.cost() - before.cost())
            : counted);
  }

  Work total() {
    return total;
  }

  /** Returns whether this attempt has done any work. */
  boolean isStarted() {
    return counted.count() > 0;
  }

  /** Returns the count of this and earlier attempts, at most the total: tasks may be repeated. */
  long done() {
    long done = before.count() + counted.count();
    return total.isKnown() ? Math.min(done, total.count()) : done;
  }

  /** Returns the count per second since the first work; 0 if it is unknown. */
  double perSecond() {
    return seconds() == 0 ? 0 : (counted.count() - first.count()) / seconds();
  }

  /**
   * Returns the count of this attempt per second of all its time, the start included: what was
   * first seen may be all there was, in which case a speed since then says nothing.
   */
  double overallPerSecond() {
    return now.isZero() ? 0 : counted.count() / (now.toMillis() / 1000.0);
  }

  /** Returns the remaining time; empty while the speed or the total is unknown. */
  Optional<Duration> remaining() {
    double cost = counted.cost() - first.cost();
    if (!total.isKnown() || seconds() == 0 || cost <= 0) {
      return Optional.empty();
    }
    double left = Math.max(0, total.cost() - before.cost() - counted.cost());
    return Optional.of(Duration.ofSeconds(Math.round(left * seconds() / cost)));
  }

  private double seconds() {
    return now.minus(firstAt).toMillis() / 1000.0;
  }
}
