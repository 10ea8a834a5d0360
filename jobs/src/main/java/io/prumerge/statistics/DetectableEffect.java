package io.prumerge.statistics;

/**
 * The minimum detectable effect: how large a true difference must be for its test to find it in
 * four of five evaluations of this size (Bloom, "Minimum detectable effects", 1995).
 */
public final class DetectableEffect {

  /** How often a difference of that size is found. */
  public static final double POWER = 0.8;

  private DetectableEffect() {}

  /**
   * In the unit of the error, for a two-sided test at 5 percent.
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
