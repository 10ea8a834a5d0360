package io.prumerge.metric;

import java.util.Locale;

/**
 * The method by which a figure's error and interval, and the test of a difference, are computed.
 */
public enum Uncertainty {
  /**
   * The linearised figure's residuals, summed by image, and Wilson's interval, which stays between
   * the figure's minimum and maximum.
   */
  CLUSTERED_WILSON,
  /** The same with Student's t, for a difference or retention. */
  CLUSTERED_T,
  /** Resampled images; interval and test use the same replicates. */
  CLUSTER_BOOTSTRAP;

  /** Returns the name in tables. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
