package io.prumerge.benchmark.file;

import io.prumerge.benchmark.PromptText;
import java.util.Map;
import java.util.Optional;

/**
 * What is said of rows whose column of questions holds prompts.
 *
 * @param wording the name of the wording whose prompts they are
 * @param text how they read, whatever the wording says by now; empty = as the wording does
 */
record RowPrompts(String wording, Optional<PromptText> text) {

  /** Returns the wording that takes the questions out of the rows. */
  QuestionWording form(Map<String, QuestionWording> prompts) {
    return text.map(QuestionWording::of).orElseGet(() -> prompts.get(wording));
  }
}
