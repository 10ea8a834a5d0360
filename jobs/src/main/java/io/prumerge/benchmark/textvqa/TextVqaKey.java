package io.prumerge.benchmark.textvqa;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.source.JsonLine;
import io.prumerge.text.PythonText;
import java.util.Locale;

/**
 * The key that matches TextVQA's answers, as in LLaVA's {@code eval_textvqa.py}: image and
 * question, because there are several questions about an image and answer files only have the
 * image's id.
 */
record TextVqaKey(String image, String question) {

  static TextVqaKey of(String image, String question) {
    return new TextVqaKey(image, PythonText.lower(question));
  }

  /** The key from a line with the image's id and LLaVA's prompt. */
  static TextVqaKey of(JsonLine line, String promptField) {
    String prompt = line.text(promptField);
    String question =
        TextVqaPrompt.question(prompt)
            .orElseThrow(
                () ->
                    line.error(
                        String.format(
                            Locale.ROOT,
                            "\"%s\" is none of LLaVA's TextVQA prompts (the question, its OCR tokens or not, the instruction): '%s'",
                            promptField,
                            prompt)));
    return of(line.id("question_id").asText(), question);
  }

  /** As {@link Benchmark#key}; an image id has no line end. */
  String text() {
    return image + "\n" + question;
  }
}
