package io.prumerge.report;

/** What two sets of answers to the same questions differ in, as {@link AnswerChange} says. */
public enum AnswerChangeKind {
  PROMPT,
  ANSWER,
  EXTRACTION
}
