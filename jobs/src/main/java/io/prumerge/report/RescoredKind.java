package io.prumerge.report;

/** Why another tool's score of an answer is not ours, as {@link Rescored} says of each. */
public enum RescoredKind {
  REPETITION,
  FAILURE,
  JUDGE,
  EXTRACTION,
  PROMPT,
  RULE
}
