package io.prumerge.report.page;

/** Whether a method is told apart from the baseline, after correction for multiple comparisons. */
enum Verdict {
  LESS,
  MORE,
  /** Chance may explain the difference: that does not make the two equal. */
  NOT_TOLD_APART,
  /** One of the two has no figure. */
  UNKNOWN
}
