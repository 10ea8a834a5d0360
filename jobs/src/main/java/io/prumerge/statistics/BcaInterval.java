package io.prumerge.statistics;

import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * The bias-corrected and accelerated bootstrap interval (Efron, "Better bootstrap confidence
 * intervals", 1987): percentiles of the replicates, corrected for the median's bias and for a
 * spread that changes with the estimate. It equals {@code scipy.stats.bootstrap(method="BCa")} for
 * the same replicates and acceleration.
 */
public final class BcaInterval {

  /** The share of replicates that must have a value. */
  private static final double DEFINED = 0.9;

  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private final double bias;
  private final double acceleration;

  /** Those that have a value. */
  private final double[] sorted;

  private BcaInterval(double bias, double acceleration, double[] sorted) {
    this.bias = bias;
    this.acceleration = acceleration;
    this.sorted = sorted;
  }

  /**
   * Returns the distribution that intervals and tests of a figure are read off; absent where a
   * tenth of the replicates or more have no value, as happens with a handful of clusters.
   *
   * @param estimate the estimate from the data itself
   * @param acceleration a sixth of the skewness of the clusters' influence on the estimate
   * @param replicates the replicates; NaN without a value
   */
  public static Optional<BcaInterval> of(
      double estimate, double acceleration, double[] replicates) {
    double[] sorted = Arrays.stream(replicates).filter(value -> !Double.isNaN(value)).toArray();
    if (sorted.length <= DEFINED * replicates.length) {
      return Optional.empty();
    }
    Arrays.sort(sorted);
    double below = Arrays.stream(sorted).filter(value -> value < estimate).count();
    double same = Arrays.stream(sorted).filter(value -> value == estimate).count();
    // At least half a replicate from either end, since a share of 0 or 1 has no finite bias.
    double share = Math.min(Math.max(below + same / 2, 0.5), sorted.length - 0.5) / sorted.length;
    return Optional.of(
        new BcaInterval(NORMAL.inverseCumulativeProbability(share), acceleration, sorted));
  }

  public Interval interval() {
    double tail = NORMAL.inverseCumulativeProbability((1 - Interval.LEVEL) / 2);
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(sorted);
    return new Interval(percentile.evaluate(percent(tail)), percentile.evaluate(percent(-tail)));
  }

  /**
   * Returns which percentile ends the interval that a plain one would end at {@code normal}. Beyond
   * about 18,700 replicates the bias may be so large that the correction has a pole on its way
   * there; from it on, the interval ends with the replicates.
   */
  private double percent(double normal) {
    double shift = bias + normal;
    double scale = 1 - acceleration * shift;
    double share =
        scale > 0 ? NORMAL.cumulativeProbability(bias + shift / scale) : shift < 0 ? 0 : 1;
    return Math.max(100 * share, Double.MIN_VALUE);
  }

  /**
   * Returns the two-sided probability of no difference: one less the level of the widest interval
   * that does not hold 0, so that it is below 5 percent exactly where 0 lies outside {@link
   * #interval}. No number of replicates tells less than two of them.
   */
  public double pValue() {
    double low = deviation(firstShare());
    double high = deviation(lastShare());
    double least = 2.0 / (sorted.length + 1);
    if (low <= 0 && high >= 0) {
      return 1;
    }
    double nearest = Math.min(Math.abs(low), Math.abs(high));
    return Math.max(least, 2 * NORMAL.cumulativeProbability(-nearest));
  }

  /** Returns the inverse of {@link #percent}, of a share. */
  private double deviation(double share) {
    if (share <= 0 || share >= 1) {
      return share <= 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    double shift = NORMAL.inverseCumulativeProbability(share) - bias;
    double scale = 1 + acceleration * shift;
    return scale > 0
        ? shift / scale - bias
        : shift < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /** Returns the least share of the replicates below which 0 is a percentile by {@code R_7}. */
  private double firstShare() {
    int above = 0;
    while (above < sorted.length && sorted[above] < 0) {
      above++;
    }
    return share(above);
  }

  /** Returns the largest one. */
  private double lastShare() {
    int below = sorted.length;
    while (below > 0 && sorted[below - 1] > 0) {
      below--;
    }
    return sorted.length > 0 && below > 0 && sorted[below - 1] == 0
        ? (below - 1.0) / (sorted.length - 1)
        : share(below);
  }

  /** Returns where 0 lies between two neighbours, the second of which is at {@code index}. */
  private double share(int index) {
    if (index == 0) {
      return sorted[0] == 0 ? 0.0 : -1;
    }
    if (index == sorted.length) {
      return 2;
    }
    double before = sorted[index - 1];
    double after = sorted[index];
    return (index - 1 + (0 - before) / (after - before)) / (sorted.length - 1);
  }

  /**
   * Returns the acceleration, from the sums of the clusters' squared and cubed influences; 0 if no
   * cluster has any influence.
   */
  public static double acceleration(double squares, double cubes) {
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }
}
