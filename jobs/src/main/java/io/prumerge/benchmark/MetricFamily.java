package io.prumerge.benchmark;

/** Which metrics a benchmark's scores are made into, and how its categories are averaged. */
public enum MetricFamily {
  /**
   * Yes/no questions, positive class yes: f1, accuracy, precision, recall and yes_ratio per
   * category; over all, the plain mean of the categories' values. Headline: f1.
   */
  YES_NO,
  /** The mean of the questions' scores, pooled over all categories. Headline: accuracy. */
  MEAN_SCORE;

  /** The metric that a method is compared by. */
  public String headline() {
    return switch (this) {
      case YES_NO -> "f1";
      case MEAN_SCORE -> "accuracy";
    };
  }
}
