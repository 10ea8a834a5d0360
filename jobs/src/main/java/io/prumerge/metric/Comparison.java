package io.prumerge.metric;

import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import io.prumerge.statistics.UnseenShare;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The difference of two figures on the same images. Interval and test use one distribution: 0 lies
 * outside the interval if and only if the p-value is below 5 percent.
 *
 * @param delta the difference on the same images, in the figure's unit: to the baseline, or {@code
 *     a} less {@code b}; 0 for the baseline itself
 * @param interval its 95 % interval, paired by image; null for the baseline itself, and if all
 *     images differ alike
 * @param test of no difference; absent likewise
 */
public record Comparison(
    double delta,
    @ColumnNames({"ci_low", "ci_high"}) Optional<Interval> interval,
    Optional<DifferenceTest> test) {

  /** The baseline compared with itself. */
  static final Comparison NONE = without(0);

  private static Comparison without(double delta) {
    return new Comparison(delta, Optional.empty(), Optional.empty());
  }

  /**
   * Returns Student's t interval and test of a difference with its clustered error. If no image
   * differs, or all differ alike, there is no error: then, without a difference, the bound is the
   * largest share of differing images that is plausible with none among those seen.
   *
   * @param range the largest possible change of the difference; infinite if there is no maximum
   */
  static Comparison clustered(PointEstimate delta, double range) {
    if (delta.error().isEmpty()) {
      return without(delta.value());
    }
    double error = delta.error().getAsDouble();
    long clusters = delta.clusters();
    if (error > 0) {
      return new Comparison(
          delta.value(),
          Optional.of(StudentT.interval(delta.value(), error, clusters)),
          Optional.of(
              tested(Uncertainty.CLUSTERED_T, StudentT.pValue(delta.value(), error, clusters))));
    }
    if (delta.value() != 0 || Double.isInfinite(range)) {
      return without(delta.value());
    }
    double most = range * UnseenShare.most(clusters);
    return new Comparison(
        0, Optional.of(new Interval(-most, most)), Optional.of(tested(Uncertainty.CLUSTERED_T, 1)));
  }

  /** Returns the bootstrap's interval and test, if any. */
  static Comparison resampled(PointEstimate delta, Optional<BootstrapDifference> difference) {
    if (delta.error().isEmpty()) {
      return without(delta.value());
    }
    return new Comparison(
        delta.value(),
        difference.map(BootstrapDifference::interval),
        difference.map(one -> tested(Uncertainty.CLUSTER_BOOTSTRAP, one.pValue())));
  }

  /** Returns the minimum detectable effect in the same unit; empty without a spread. */
  static OptionalDouble detectable(PointEstimate delta) {
    double error = delta.error().orElse(0);
    return error > 0
        ? OptionalDouble.of(DetectableEffect.of(error, delta.clusters()))
        : OptionalDouble.empty();
  }

  private static DifferenceTest tested(Uncertainty way, double pValue) {
    return new DifferenceTest(way, pValue, OptionalDouble.empty());
  }

  /**
   * Returns this comparison of two figures of one scale: none differs by more than it is long.
   *
   * @param scale from the least to the largest value; infinite if there is none
   */
  Comparison within(double scale) {
    return new Comparison(delta, interval.map(one -> one.within(-scale, scale)), test);
  }

  /** Returns the difference of the second figure to the first. */
  public Comparison reversed() {
    return new Comparison(
        0 - delta, interval.map(one -> new Interval(0 - one.high(), 0 - one.low())), test);
  }

  Comparison withAdjusted(double pValue) {
    return new Comparison(
        delta,
        interval,
        test.map(one -> new DifferenceTest(one.way(), one.pValue(), OptionalDouble.of(pValue))));
  }

  /**
   * The minimum detectable effect: how large a true difference must be for its test to find it in
   * four of five evaluations of this size (Bloom, "Minimum detectable effects", 1995).
   */
  public static final class DetectableEffect {

    /** How often a difference of that size is found. */
    public static final double POWER = 0.8;

    private DetectableEffect() {}

    /**
     * Returns the difference in the unit of the error, for a two-sided test at 5 percent.
     *
     * @param error standard error of the difference
     * @param clusters at least 2
     */
    public static double of(double error, long clusters) {
      return error
          * (StudentT.quantile((1 + Interval.LEVEL) / 2, clusters)
              + StudentT.quantile(POWER, clusters));
    }
  }
}
