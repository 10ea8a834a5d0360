package io.prumerge.statistics;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * The bias-corrected and accelerated bootstrap interval (Efron, "Better bootstrap confidence
 * intervals", 1987): percentiles of the replicates, moved for the median's bias and for a spread
 * that changes with the estimate. The same as {@code scipy.stats.bootstrap(method="BCa")} gives for
 * the same replicates and acceleration.
 */
public final class BcaInterval {

  /** Of the replicates, in which the figure must have a value. */
  private static final double DEFINED = 0.9;

  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private BcaInterval() {}

  /**
   * The interval; absent where a tenth of the replicates or more have no value, as happens with a
   * handful of clusters.
   *
   * @param estimate of the data itself
   * @param acceleration a sixth of the skewness of the clusters' influence on the estimate
   * @param replicates NaN where there is no value
   */
  public static Optional<Interval> of(double estimate, double acceleration, double[] replicates) {
    double[] sorted = Arrays.stream(replicates).filter(value -> !Double.isNaN(value)).toArray();
    if (sorted.length <= DEFINED * replicates.length) {
      return Optional.empty();
    }
    Arrays.sort(sorted);
    double below = Arrays.stream(sorted).filter(value -> value < estimate).count();
    double same = Arrays.stream(sorted).filter(value -> value == estimate).count();
    // Half a replicate from either end: a median that far off has no finite bias.
    double share = Math.min(Math.max(below + same / 2, 0.5), sorted.length - 0.5) / sorted.length;
    double bias = NORMAL.inverseCumulativeProbability(share);
    double tail = NORMAL.inverseCumulativeProbability((1 - Interval.LEVEL) / 2);
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(sorted);
    return Optional.of(
        new Interval(
            percentile.evaluate(percent(bias, acceleration, tail)),
            percentile.evaluate(percent(bias, acceleration, -tail))));
  }

  /**
   * Which percentile ends the interval that a plain one would end at {@code normal}. The
   * denominator stays above 0: no acceleration is beyond a sixth, and the bias is that of a share.
   */
  private static double percent(double bias, double acceleration, double normal) {
    double moved = bias + (bias + normal) / (1 - acceleration * (bias + normal));
    return Math.max(100 * NORMAL.cumulativeProbability(moved), Double.MIN_VALUE);
  }

  /**
   * The acceleration out of the sums of the clusters' squared and cubed influences; 0 where nothing
   * has any.
   */
  public static double acceleration(double squares, double cubes) {
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }
}
