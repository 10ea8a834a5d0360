package io.prumerge.report.page;

/** Whether a method is told apart from the baseline, after correction for multiple comparisons. */
enum Verdict {
  LESS,
  MORE,
  /** Chance may explain the difference: that does not make the two equal. */
  NOT_TOLD_APART,
  /**
   * The two have a difference and no test of it: there is one image, or all images differ alike.
   */
  UNTESTED,
  /** One of the two has no figure. */
  UNKNOWN;

  boolean isToldApart() {
    return this == LESS || this == MORE;
  }
}
