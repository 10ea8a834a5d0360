package io.prumerge.metric;

import io.prumerge.statistics.DetectableEffect;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import io.prumerge.statistics.UnseenShare;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure less another, both about the same images. Interval and test are two readings of one
 * distribution: 0 lies outside the one exactly where the other is below 5 percent.
 *
 * @param delta in the figure's unit; 0 for the baseline itself
 * @param interval of 95 percent, images taken as drawn for both methods at once; absent for the
 *     baseline itself, and where every image differs alike
 * @param test of no difference; absent likewise
 * @param detectable the minimum detectable effect in the same unit; absent where there is no spread
 */
public record Comparison(
    double delta, Optional<Interval> interval, Optional<Test> test, OptionalDouble detectable) {

  /** The baseline compared with itself. */
  static final Comparison NONE = without(0);

  /**
   * A test and what came out.
   *
   * @param way the difference's distribution
   * @param pValue two-sided
   * @param adjusted the same after Holm's correction over its family; absent where it is in none
   */
  public record Test(Uncertainty way, double pValue, OptionalDouble adjusted) {}

  private static Comparison without(double delta) {
    return new Comparison(delta, Optional.empty(), Optional.empty(), OptionalDouble.empty());
  }

  /**
   * Student's t of a difference's clustered error. Where no image differs there is no error to go
   * by: then as many images as may yet differ, without one among those seen, bound the difference.
   *
   * @param range by how much the difference can change at most; infinite where there is no most
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
              tested(Uncertainty.CLUSTERED_T, StudentT.pValue(delta.value(), error, clusters))),
          OptionalDouble.of(DetectableEffect.of(error, clusters)));
    }
    if (delta.value() != 0 || Double.isInfinite(range)) {
      return without(delta.value());
    }
    double most = range * UnseenShare.most(clusters);
    return new Comparison(
        0,
        Optional.of(new Interval(-most, most)),
        Optional.of(tested(Uncertainty.CLUSTERED_T, 1)),
        OptionalDouble.empty());
  }

  /** By the bootstrap, which may tell nothing; the detectable effect by the error. */
  static Comparison resampled(PointEstimate delta, Optional<Intervals.Difference> difference) {
    OptionalDouble error = delta.error();
    return new Comparison(
        delta.value(),
        difference.map(Intervals.Difference::interval),
        difference.map(one -> tested(Uncertainty.CLUSTER_BOOTSTRAP, one.pValue())),
        error.orElse(0) > 0
            ? OptionalDouble.of(DetectableEffect.of(error.getAsDouble(), delta.clusters()))
            : OptionalDouble.empty());
  }

  private static Test tested(Uncertainty way, double pValue) {
    return new Test(way, pValue, OptionalDouble.empty());
  }

  Comparison withAdjusted(double pValue) {
    return new Comparison(
        delta,
        interval,
        test.map(one -> new Test(one.way(), one.pValue(), OptionalDouble.of(pValue))),
        detectable);
  }
}
