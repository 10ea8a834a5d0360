package io.prumerge.metric;

/**
 * One figure of a contrast, before its error is known.
 *
 * @param benchmark with split and metric as in {@link ContrastResult}
 * @param difference the difference of the two methods
 */
record PlannedFigure(
    Contrast contrast, String benchmark, String split, String metric, Combination difference) {

  boolean isRetention() {
    return metric.equals(ContrastResult.RETENTION);
  }

  /** Returns whether this is another's figure, of the given contrast. */
  boolean isAlso(PlannedFigure other, Contrast of) {
    return contrast.equals(of)
        && benchmark.equals(other.benchmark)
        && split.equals(other.split)
        && metric.equals(other.metric);
  }
}
