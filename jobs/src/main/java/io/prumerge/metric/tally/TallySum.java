package io.prumerge.metric.tally;

/** Quantities of a set of questions that add up over images. */
public enum TallySum {
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
