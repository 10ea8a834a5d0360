package io.prumerge.run;

import java.time.Duration;
import java.util.Optional;

/**
 * Speed and remaining time of a run, by the estimated work behind its answers. The clock starts
 * when the first images are answered, so that loading the model does not count. Work of earlier
 * attempts counts as done, but not as speed.
 */
final class Pace {

  private final WorkDone before;
  private final WorkDone total;
  private Duration firstAt = Duration.ZERO;
  private WorkDone first = WorkDone.NOTHING;
  private Duration now = Duration.ZERO;
  private WorkDone counted = WorkDone.NOTHING;

  /**
   * @param before work of earlier attempts
   * @param total work of the whole run
   */
  Pace(WorkDone before, WorkDone total) {
    this.before = before;
    this.total = total;
  }

  /**
   * Records the progress at a moment.
   *
   * @param elapsed time since this attempt's start
   * @param done work of this attempt
   */
  void at(Duration elapsed, WorkDone done) {
    if (first.answers() == 0) {
      first = done;
      firstAt = elapsed;
    }
    now = elapsed;
    counted = done;
  }

  /** Records that all work is done. */
  void finish(Duration elapsed) {
    at(elapsed, new WorkDone(total.answers() - before.answers(), total.flops() - before.flops()));
  }

  WorkDone total() {
    return total;
  }

  /** Returns the answers of this and earlier attempts, at most the total. */
  long answers() {
    return Math.min(before.answers() + counted.answers(), total.answers());
  }

  /** Returns the speed since the first images; 0 if it is unknown. */
  double answersPerSecond() {
    return seconds() == 0 ? 0 : (counted.answers() - first.answers()) / seconds();
  }

  /** Returns the remaining time; empty while the speed is unknown. */
  Optional<Duration> remaining() {
    double flops = counted.flops() - first.flops();
    if (seconds() == 0 || flops <= 0) {
      return Optional.empty();
    }
    double left = Math.max(0, total.flops() - before.flops() - counted.flops());
    return Optional.of(Duration.ofSeconds(Math.round(left * seconds() / flops)));
  }

  private double seconds() {
    return now.minus(firstAt).toMillis() / 1000.0;
  }
}
