package io.prumerge.metric.tally;

import io.prumerge.benchmark.Addend;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

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
  /** Units with an answered question and rows that are not among the questions; no others are. */
  UNITS_INCOMPLETE,
  /** Those of {@link #UNITS} that may have more rows than are known. */
  UNITS_AT_LEAST,
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
  REFERENCE,
  /** Those of {@link #UNPARSED} that are scored as a value that a rule took in their place. */
  REPLACED,
  /** The sums of the {@link Addend}s, under their names. */
  CORPUS_IMAGES,
  ROUGE_L,
  MATCHED_1,
  MATCHED_2,
  MATCHED_3,
  MATCHED_4,
  NGRAMS_1,
  NGRAMS_2,
  NGRAMS_3,
  NGRAMS_4,
  REFERENCE_WORDS,
  CAPTIONS,
  HALLUCINATING,
  MENTIONS,
  HALLUCINATED,
  SHOWN,
  FOUND;

  private static final Map<String, TallySum> OF_ADDENDS =
      Arrays.stream(Addend.values())
          .collect(Collectors.toMap(Addend::label, addend -> valueOf(addend.name())));

  /** Returns the sum of an addend. */
  public static TallySum of(Addend addend) {
    return of(addend.label());
  }

  /**
   * Returns the sum of an addend.
   *
   * @param label of an {@link Addend}
   */
  static TallySum of(String label) {
    return OF_ADDENDS.get(label);
  }
}
