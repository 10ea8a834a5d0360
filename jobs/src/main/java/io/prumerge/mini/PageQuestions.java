package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.AnswerType;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.scene.FormPage;
import java.util.List;
import java.util.Locale;

/** Questions about a page: what stands after a label. Answers are in capitals, as printed. */
final class PageQuestions {

  private PageQuestions() {}

  /** Returns one question per line, from top to bottom. */
  static List<OpenQuestion> of(FormPage page) {
    return page.lines().stream()
        .map(
            line ->
                new OpenQuestion(
                    "value",
                    "what is the",
                    Text.format("What is the %s?", line.label().toLowerCase(Locale.ROOT)),
                    AnswerType.OTHER,
                    line.value()))
        .toList();
  }
}
