package io.prumerge.metric;

import java.util.Locale;

/** How a figure's error, its interval and the test of a difference are found out: one way each. */
public enum Uncertainty {
  /**
   * Residuals of the figure linearised, summed by image; around it Wilson's interval, which stays
   * between the least and the most that the figure can be.
   */
  CLUSTERED_WILSON,
  /** The same of a difference or a retention, which have no ends: Student's t. */
  CLUSTERED_T,
  /** Images drawn anew; interval and test are read off the same replicates. */
  CLUSTER_BOOTSTRAP;

  /** The name in tables. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
