package io.prumerge.metric;

/** The tests that are corrected together. */
public enum TestFamily {
  /** Headlines under their benchmarks' own profiles, declared beforehand. */
  CONFIRMATORY,
  /**
   * The headlines of the categories of one run's benchmark, or the figures that stand for them, all
   * methods together.
   */
  CATEGORIES,
  /** All others, which are not corrected. */
  EXPLORATORY
}
