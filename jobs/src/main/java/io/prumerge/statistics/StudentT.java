package io.prumerge.statistics;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.special.Beta;

/**
 * Intervals and tests of estimates whose standard error comes from the spread of independent
 * clusters: Student's t with one degree of freedom less than there are clusters, as statsmodels has
 * it for {@code cov_type="cluster"} with {@code use_t=True}.
 */
public final class StudentT {

  /** Of the inverse; the default is not good to nine digits. */
  private static final double ACCURACY = 1e-13;

  private StudentT() {}

  /**
   * The interval around an estimate; it is not cut where a share ends.
   *
   * @param error standard error
   * @param clusters at least 2
   */
  public static Interval interval(double estimate, double error, long clusters) {
    double reach =
        error
            * new TDistribution(null, freedom(clusters), ACCURACY)
                .inverseCumulativeProbability((1 + Interval.LEVEL) / 2);
    return new Interval(estimate - reach, estimate + reach);
  }

  /**
   * The probability of an estimate at least as far from 0 where the truth is 0.
   *
   * @param error standard error, above 0
   * @param clusters at least 2
   */
  public static double pValue(double estimate, double error, long clusters) {
    double freedom = freedom(clusters);
    double square = Math.pow(estimate / error, 2);
    // Either is 1 less the other; near 0 one of them loses digits.
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
