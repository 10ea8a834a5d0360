package io.prumerge.benchmark;

import io.prumerge.text.PythonText;

/**
 * What TextVQA's answers are matched by, as LLaVA's {@code eval_textvqa.py} does: the same image is
 * asked several times, and its id is all that answer files give.
 */
record TextVqaKey(String image, String question) {

  static TextVqaKey of(String image, String question) {
    return new TextVqaKey(image, PythonText.lower(question));
  }

  /** Out of a line with the image's id and LLaVA's prompt. */
  static TextVqaKey of(JsonLine line, String promptField) {
    String prompt = line.text(promptField);
    String question =
        TextVqaPrompt.question(prompt)
            .orElseThrow(
                () ->
                    line.error(
                        "\"%s\" is none of LLaVA's TextVQA prompts (the question, its OCR tokens or not, the instruction): '%s'"
                            .formatted(promptField, prompt)));
    return of(line.id("question_id").asText(), question);
  }

  /** As {@link Benchmark#key}; an image id has no line end. */
  String text() {
    return image + "\n" + question;
  }
}
