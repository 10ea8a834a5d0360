package io.prumerge.run;

import java.time.Duration;
import java.util.Optional;

/**
 * How fast a run goes and how long it still takes, by the work estimated behind its answers. Time
 * runs from the moment at which the first images are there: loading a model is no work that comes
 * again for every image. What earlier attempts did counts as done, not as speed.
 */
final class Pace {

  private final WorkDone before;
  private final WorkDone total;
  private Duration firstAt = Duration.ZERO;
  private WorkDone first = WorkDone.NOTHING;
  private Duration now = Duration.ZERO;
  private WorkDone counted = WorkDone.NOTHING;

  /**
   * @param before what earlier attempts did
   * @param total what the run will have done
   */
  Pace(WorkDone before, WorkDone total) {
    this.before = before;
    this.total = total;
  }

  /**
   * Takes a look.
   *
   * @param elapsed since this attempt's start
   * @param done by this attempt
   */
  void at(Duration elapsed, WorkDone done) {
    if (first.answers() == 0) {
      first = done;
      firstAt = elapsed;
    }
    now = elapsed;
    counted = done;
  }

  /** Everything is done. */
  void finish(Duration elapsed) {
    at(elapsed, new WorkDone(total.answers() - before.answers(), total.flops() - before.flops()));
  }

  WorkDone total() {
    return total;
  }

  /** Answers of this and earlier attempts; never more than there will be. */
  long answers() {
    return Math.min(before.answers() + counted.answers(), total.answers());
  }

  /** Since the first images; 0 without a pace. */
  double answersPerSecond() {
    return seconds() == 0 ? 0 : (counted.answers() - first.answers()) / seconds();
  }

  /** Empty until there is a pace. */
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
