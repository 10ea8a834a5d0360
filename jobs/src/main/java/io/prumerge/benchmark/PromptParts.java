package io.prumerge.benchmark;

import java.util.List;

/**
 * The parts of a prompt.
 *
 * @param question the bare question
 * @param hint text before the question; empty = none
 * @param options the choices, in order; empty = an open question
 * @param ocrTokens words that an OCR system read in the image; empty = no OCR, one empty word = OCR
 *     that read nothing, which prompts mention too
 */
public record PromptParts(
    String question, String hint, List<String> options, List<String> ocrTokens) {

  public PromptParts {
    options = List.copyOf(options);
    ocrTokens = List.copyOf(ocrTokens);
  }

  /** Returns an open question. */
  public static PromptParts of(String question) {
    return new PromptParts(question, "", List.of(), List.of());
  }

  /** Returns a multiple-choice question. */
  public static PromptParts choice(String question, String hint, List<String> options) {
    return new PromptParts(question, hint, options, List.of());
  }
}
