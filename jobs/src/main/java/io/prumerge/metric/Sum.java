package io.prumerge.metric;

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
  /** Units of which a question was answered. */
  UNITS,
  /** Those of which a question lacks its answer. */
  UNITS_PARTIAL,
  /** Those of which every question has score 1. */
  UNITS_RIGHT,
  /** Answers that say yes. */
  YES,
  /** Said yes, is yes. */
  TRUE_POSITIVE,
  /** Said yes, is no. */
  FALSE_POSITIVE,
  /** Said no, is yes. */
  FALSE_NEGATIVE,
  /** Labels of scored questions that are yes. */
  LABEL_YES,
  /** Those that are no. */
  LABEL_NO,
  /** What guesses would score. */
  CHANCE,
  /** How many of the {@link #UNITS} guesses would get right. */
  UNITS_CHANCE,
  /** Scored questions that the baseline answered too. */
  COMPARED,
  /** Those with the baseline's answer. */
  LOYAL,
  /** A judge's points for the answers. */
  CANDIDATE,
  /** A judge's points for the reference's answers to the same questions. */
  REFERENCE
}
