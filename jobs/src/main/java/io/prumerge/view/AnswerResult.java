package io.prumerge.view;

/** What an answer is worth. */
enum AnswerResult {
  RIGHT("score = 1"),
  PARTLY("score > 0 AND score < 1"),
  WRONG("score = 0"),
  UNKNOWN("score IS NULL");

  private final String condition;

  AnswerResult(String condition) {
    this.condition = condition;
  }

  /** Returns the condition on a row of scores. */
  String condition() {
    return condition;
  }
}
