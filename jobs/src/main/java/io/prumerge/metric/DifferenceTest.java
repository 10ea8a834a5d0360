package io.prumerge.metric;

import io.prumerge.spark.ColumnNames;
import java.util.OptionalDouble;

/**
 * A test of a difference, and its result.
 *
 * @param way {@code clustered_t} or {@code cluster_bootstrap}; null for the baseline, and without
 *     an interval
 * @param pValue of no difference, two-sided
 * @param adjusted the same, corrected for multiple comparisons by Holm over its family; null
 *     without a family
 */
public record DifferenceTest(
    @ColumnNames("test") Uncertainty way,
    double pValue,
    @ColumnNames("p_adjusted") OptionalDouble adjusted) {

  /** The significance level of marks and groups. */
  public static final double SIGNIFICANT = 0.05;

  /** Returns whether the difference is significant after correction; false without a family. */
  public boolean isSignificant() {
    return adjusted.isPresent() && adjusted.getAsDouble() < SIGNIFICANT;
  }
}
