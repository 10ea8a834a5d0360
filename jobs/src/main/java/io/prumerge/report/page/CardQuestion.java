package io.prumerge.report.page;

import java.util.List;

/**
 * @param gold the reference
 * @param command shows the question with all its answers
 */
record CardQuestion(String prompt, String gold, List<CardAnswer> answers, String command) {
  CardQuestion {
    answers = List.copyOf(answers);
  }

  /** Returns whether the same was asked and answered, as in two of POPE's settings. */
  boolean isAlike(CardQuestion other) {
    return prompt.equals(other.prompt) && gold.equals(other.gold) && answers.equals(other.answers);
  }
}
