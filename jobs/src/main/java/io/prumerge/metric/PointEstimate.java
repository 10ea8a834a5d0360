package io.prumerge.metric;

import java.util.OptionalDouble;

/**
 * A figure with its error.
 *
 * @param error standard error in the same unit, clustered by image; absent if one image only is in
 *     the figure, or in a share that it adds up
 * @param clusters images
 */
record PointEstimate(double value, OptionalDouble error, long clusters) {

  /** A sum of some thousand products is off by less than this part of the largest. */
  private static final double ROUNDING = 1e-12;

  /**
   * Returns an estimate by the sandwich estimator. What rounding leaves of residuals that are 0 is
   * no error.
   *
   * @param squares of the residuals, summed per image
   * @param clusters images
   * @param magnitude of the terms that the value is the sum of
   */
  static PointEstimate of(double value, double squares, long clusters, double magnitude) {
    if (clusters < 2) { // one cluster has no spread
      return withoutError(value, clusters);
    }
    double error = Math.sqrt(squares * clusters / (clusters - 1));
    return new PointEstimate(
        value, OptionalDouble.of(error > ROUNDING * magnitude ? error : 0), clusters);
  }

  static PointEstimate withoutError(double value, long clusters) {
    return new PointEstimate(value, OptionalDouble.empty(), clusters);
  }
}
