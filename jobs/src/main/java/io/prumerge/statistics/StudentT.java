package io.prumerge.statistics;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.special.Beta;

/**
 * Intervals and tests of estimates whose standard error comes from the spread of independent
 * clusters: Student's t with one degree of freedom less than clusters, as in statsmodels with
 * {@code cov_type="cluster"} and {@code use_t=True}.
 */
public final class StudentT {

  /** Accuracy of the inverse. The default is not exact to nine digits. */
  private static final double ACCURACY = 1e-13;

  private StudentT() {}

  /**
   * Returns the value that the distribution stays below with a probability.
   *
   * @param clusters at least 2
   */
  public static double quantile(double probability, long clusters) {
    return new TDistribution(null, freedom(clusters), ACCURACY)
        .inverseCumulativeProbability(probability);
  }

  /**
   * Returns the interval around an estimate. It is not cut at 0 or 1, even for shares.
   *
   * @param error standard error
   * @param clusters at least 2
   */
  public static Interval interval(double estimate, double error, long clusters) {
    double reach = error * quantile((1 + Interval.LEVEL) / 2, clusters);
    return new Interval(estimate - reach, estimate + reach);
  }

  /**
   * Returns the two-sided p-value: the probability of an estimate at least as far from 0 if the
   * true value is 0.
   *
   * @param error standard error, above 0
   * @param clusters at least 2
   */
  public static double pValue(double estimate, double error, long clusters) {
    double freedom = freedom(clusters);
    double square = Math.pow(estimate / error, 2);
    // Both forms are equal, but each loses digits where it subtracts nearly equal numbers.
    return square < 1
        ? 1 - Beta.regularizedBeta(square / (freedom + square), 0.5, freedom / 2)
        : Beta.regularizedBeta(freedom / (freedom + square), freedom / 2, 0.5);
  }

  private static double freedom(long clusters) {
    if (clusters < 2) {
      throw new IllegalArgumentException("There is no spread among " + clusters + " clusters");
    }
    return clusters - 1;
  }
}
