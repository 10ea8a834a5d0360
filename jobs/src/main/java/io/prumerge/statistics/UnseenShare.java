package io.prumerge.statistics;

/**
 * Bounds the share of an event that was not observed: Clopper and Pearson's exact bound (1934) for
 * zero successes, {@code statsmodels.stats.proportion.proportion_confint(0, n, method="beta")}.
 */
public final class UnseenShare {

  private UnseenShare() {}

  /**
   * Returns the largest share of all clusters that may behave in some way, 0..1, where none of
   * those seen does: the upper end of the two-sided interval.
   *
   * @param clusters seen, at least 1
   */
  public static double most(long clusters) {
    return -Math.expm1(Math.log((1 - Interval.LEVEL) / 2) / clusters);
  }
}
