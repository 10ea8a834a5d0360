package io.prumerge.metric.tally;

import java.io.Serializable;

/** A value of every {@link Sum}; counts are exact up to 2^53. */
public final class Tally implements Serializable {

  private static final long serialVersionUID = 1L;

  private final double[] sums = new double[Sum.values().length];

  public void add(Sum what, double amount) {
    sums[what.ordinal()] += amount;
  }

  public void add(Tally other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
  }

  public double of(Sum what) {
    return sums[what.ordinal()];
  }

  public long count(Sum what) {
    return (long) sums[what.ordinal()];
  }

  /**
   * Returns the weighted sum of all values.
   *
   * @param weights by {@link Sum#ordinal()}
   */
  public double dot(double[] weights) {
    double dot = 0;
    for (int i = 0; i < sums.length; i++) {
      dot += weights[i] * sums[i];
    }
    return dot;
  }

  /** Quantities of a set of questions that add up over images. */
  public enum Sum {
    /** Scored questions, errors included. */
    N,
    /** Images with a scored question. */
    CLUSTERS,
    ERRORS,
    UNPARSED,
    /** Questions without an answer; not in {@link #N}. */
    MISSING,
    /** Scores of 0..1. */
    SCORE,
    /** Overlaps of boxes, 0..1. */
    IOU,
    /** Units with an answered question. */
    UNITS,
    /** Units with a question without an answer. */
    UNITS_PARTIAL,
    /** Units whose questions all have score 1. */
    UNITS_RIGHT,
    /** Answers yes. */
    YES,
    /** Answer yes, label yes. */
    TRUE_POSITIVE,
    /** Answer yes, label no. */
    FALSE_POSITIVE,
    /** Answer no, label yes. */
    FALSE_NEGATIVE,
    /** Scored questions with label yes. */
    LABEL_YES,
    /** Scored questions with label no. */
    LABEL_NO,
    /** Scores of guesses. */
    CHANCE,
    /** Number of {@link #UNITS} that guesses get right. */
    UNITS_CHANCE,
    /** Scored questions that the baseline answered too. */
    COMPARED,
    /** Questions with the same answer as the baseline. */
    LOYAL,
    /** A judge's points for the answers. */
    CANDIDATE,
    /** A judge's points for the reference's answers to the same questions. */
    REFERENCE
  }
}
