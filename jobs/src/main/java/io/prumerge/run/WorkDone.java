package io.prumerge.run;

/**
 * How far a run is. Answers are what people count; the work behind them is what takes time, since
 * an image with one question costs nearly as much as one with six.
 *
 * @param answers rows of predictions
 * @param flops estimated work, up to the first tokens
 */
record WorkDone(long answers, double flops) {

  /** A run's beginning. */
  static final WorkDone NOTHING = new WorkDone(0, 0);

  WorkDone plus(WorkDone more) {
    return new WorkDone(answers + more.answers, flops + more.flops);
  }

  /** The larger of each, as news of one task may come in any order. */
  WorkDone max(WorkDone other) {
    return new WorkDone(Math.max(answers, other.answers), Math.max(flops, other.flops));
  }
}
