package io.prumerge.report;

import io.prumerge.statistics.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure less the baseline's, both about the same images.
 *
 * @param delta in the figure's unit; 0 for the baseline itself
 * @param interval of 95 percent, images taken as drawn for both methods at once: Student's t around
 *     a mean, else the cluster bootstrap's; absent for the baseline itself
 * @param test of no difference; absent for the baseline itself, and where every image differs alike
 */
public record Comparison(double delta, Optional<Interval> interval, Optional<Test> test) {

  /** McNemar's exact test, which knows of no images: where next to no two answers share one. */
  static final String MCNEMAR = "mcnemar_exact";

  /** The difference over its standard error clustered by image, Student's t. */
  static final String CLUSTERED_T = "clustered_t";

  /** The baseline compared with itself. */
  static final Comparison NONE = new Comparison(0, Optional.empty(), Optional.empty());

  /**
   * A test and what came out.
   *
   * @param pValue two-sided
   * @param adjusted the same after Holm's correction over all headlines of a report; absent for
   *     figures that are no headline
   */
  public record Test(String name, double pValue, OptionalDouble adjusted) {

    static Test of(String name, double pValue) {
      return new Test(name, pValue, OptionalDouble.empty());
    }
  }

  Comparison withAdjusted(double pValue) {
    return new Comparison(
        delta,
        interval,
        test.map(one -> new Test(one.name(), one.pValue(), OptionalDouble.of(pValue))));
  }
}
