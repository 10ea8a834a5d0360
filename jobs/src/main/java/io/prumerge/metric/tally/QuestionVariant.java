package io.prumerge.metric.tally;

/** The questions of a metric. */
public enum QuestionVariant {
  /** All of them; an error is a wrong answer. */
  EVERY(""),
  /** Those without an error. */
  ANSWERED("_answered_only");

  private final String suffix;

  QuestionVariant(String suffix) {
    this.suffix = suffix;
  }

  /** Returns the metric's name in this variant. */
  public String named(String metric) {
    return metric + suffix;
  }
}
