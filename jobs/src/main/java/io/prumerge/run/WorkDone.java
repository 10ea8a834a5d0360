package io.prumerge.run;

/**
 * Progress of a run, in answers and in work. Work predicts time better, since an image with one
 * question costs nearly as much as one with six.
 *
 * @param answers number of predictions
 * @param flops estimated work, up to the first tokens
 */
record WorkDone(long answers, double flops) {

  /** No work. */
  static final WorkDone NOTHING = new WorkDone(0, 0);

  WorkDone plus(WorkDone more) {
    return new WorkDone(answers + more.answers, flops + more.flops);
  }
}
