package io.prumerge.benchmark;

/** What is computed from the scores of a set of questions. All are shares, reported in percent. */
public enum Statistic {
  /** The mean of the questions' scores. */
  MEAN,
  /**
   * The share of units ({@link BenchmarkQuestion#UNIT}) whose questions all have score 1: MME's
   * acc+, MMBench's circular accuracy. A unit none of whose questions was answered is left out; one
   * that lacks an answer counts as wrong.
   */
  UNITS,
  /** {@link #MEAN} + {@link #UNITS}: MME's points, at most 200. */
  POINTS,
  /** Of yes/no answers, positive class yes: 2tp / (2tp + fp + fn). */
  F1,
  /** tp / (tp + fp). */
  PRECISION,
  /** tp / (tp + fn). */
  RECALL,
  /** The share of answers that say yes. */
  YES_RATIO,
  /**
   * The mean of the points that a judge gave the answers over the mean of those it gave the
   * reference's, from {@link Score#parsed} by {@link ReviewScores#of}: LLaVA-Bench. Both means are
   * rounded to three decimals, the percentage to one, as LLaVA does. A review without points counts
   * -1 for both; an error counts 0 against a reference of {@link ReviewScores#MOST}.
   */
  RELATIVE
}
