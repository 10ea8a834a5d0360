package io.prumerge.benchmark;

/** A statistic of the scores of a set of questions. All are shares, reported in percent. */
public enum Statistic {
  /** The mean of the questions' scores. */
  MEAN,
  /**
   * The share of units ({@link BenchmarkQuestion#UNIT}) whose questions all have score 1: MME's
   * acc+, MMBench's circular accuracy. A unit without any answer is left out. If a unit lacks some
   * answers, there is no share; in {@link #POINTS} it counts as wrong.
   */
  UNITS,
  /** {@link #MEAN} + {@link #UNITS}: MME's points, at most 200. */
  POINTS,
  /** F1 of yes/no answers with positive class yes: 2tp / (2tp + fp + fn). */
  F1,
  /** tp / (tp + fp). */
  PRECISION,
  /** tp / (tp + fn). */
  RECALL,
  /** The share of answers that say yes. */
  YES_RATIO,
  /** The mean of {@link Benchmark.Score#iou}; an error counts 0. */
  MEAN_IOU,
  /**
   * The mean of a judge's points for the answers, divided by the mean of its points for the
   * reference's answers, from {@link Benchmark.Score#parsed} by {@link ReviewScores#of}:
   * LLaVA-Bench. Both means are rounded to three decimals, the percentage to one, as LLaVA does. A
   * review without points counts -1 for both; an error counts 0 against a reference of {@link
   * ReviewScores#MOST}.
   */
  RELATIVE,
  /**
   * The share of answers that are read as the baseline's to the same questions are; an error equals
   * nothing.
   */
  LOYALTY
}
