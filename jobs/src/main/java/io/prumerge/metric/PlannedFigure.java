package io.prumerge.metric;

/**
 * One figure of a contrast, before its error is known.
 *
 * @param benchmark with split and metric as in {@link ContrastResult}
 * @param difference the difference of the two methods
 */
record PlannedFigure(
    Contrast contrast, String benchmark, String split, String metric, Combination difference) {}
