package io.prumerge.mini.question;

import io.prumerge.lang.Text;

/**
 * A question about one scene with a one-word answer.
 *
 * @param form what the question asks for; equal for all questions of one template
 * @param start the words with which the template starts: VQAv2's question type
 * @param text the bare question
 */
public record OpenQuestion(String form, String start, String text, AnswerType type, String answer) {
  public OpenQuestion {
    if (answer.isEmpty()) {
      throw new IllegalArgumentException(Text.format("No answer to '%s'", text));
    }
  }
}
