package io.prumerge.mini;

import java.util.Objects;

/**
 * A question about one scene, to be answered by a word.
 *
 * @param form what is asked for, equal for all questions of one template
 * @param start the words with which the template starts: VQAv2's question type
 * @param text the bare question
 */
record OpenQuestion(String form, String start, String text, AnswerType type, String answer) {
  OpenQuestion {
    Objects.requireNonNull(type, "type is null");
    if (answer.isEmpty()) {
      throw new IllegalArgumentException("No answer to '%s'".formatted(text));
    }
  }
}
