package io.prumerge.report;

/** Quantities of a set of questions that add up over images. */
enum Sum {
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
  /** Scored questions with a score between 0 and 1. */
  GRADED,
  /** The square of each image's scored questions. */
  SQUARED_N,
  /** Units of which a question was answered. */
  UNITS,
  /** Those of which every question has score 1. */
  UNITS_RIGHT,
  /** The square of each image's {@link #UNITS}. */
  SQUARED_UNITS,
  /** Answers that say yes. */
  YES,
  /** Said yes, is yes. */
  TRUE_POSITIVE,
  /** Said yes, is no. */
  FALSE_POSITIVE,
  /** Said no, is yes. */
  FALSE_NEGATIVE,
  /** A judge's points for the answers. */
  CANDIDATE,
  /** A judge's points for the reference's answers to the same questions. */
  REFERENCE
}
