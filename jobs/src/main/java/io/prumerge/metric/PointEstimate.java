package io.prumerge.metric;

import java.util.OptionalDouble;

/**
 * A figure.
 *
 * @param error standard error in the same unit, clustered by image; absent with one image only
 * @param clusters images
 */
record PointEstimate(double value, OptionalDouble error, long clusters) {

  /**
   * Returns an estimate by the sandwich estimator.
   *
   * @param squares of the residuals, summed per image
   * @param clusters images
   */
  static PointEstimate of(double value, double squares, long clusters) {
    // One cluster has no spread.
    return new PointEstimate(
        value,
        clusters > 1
            ? OptionalDouble.of(Math.sqrt(squares * clusters / (clusters - 1)))
            : OptionalDouble.empty(),
        clusters);
  }
}
