package io.prumerge.report;

import java.util.OptionalDouble;

/**
 * A figure.
 *
 * @param error standard error in the same unit, clustered by image; absent with one image only
 */
record Estimate(double value, OptionalDouble error) {

  /**
   * An estimate by the sandwich estimator.
   *
   * @param squares of the residuals, summed per image
   * @param clusters images
   */
  static Estimate of(double value, double squares, long clusters) {
    // One cluster alone has no spread to tell.
    return new Estimate(
        value,
        clusters > 1
            ? OptionalDouble.of(Math.sqrt(squares * clusters / (clusters - 1)))
            : OptionalDouble.empty());
  }
}
