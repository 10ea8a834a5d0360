package io.prumerge.benchmark;

import java.util.List;

/**
 * What a prompt is made of.
 *
 * @param question the bare question
 * @param hint what stands before it; empty = nothing
 * @param options the choices, in order; empty = an open question
 * @param ocrTokens words that an OCR system read in the image; empty = none given, one empty word =
 *     nothing read, which prompts name too
 */
public record PromptParts(
    String question, String hint, List<String> options, List<String> ocrTokens) {

  public PromptParts {
    options = List.copyOf(options);
    ocrTokens = List.copyOf(ocrTokens);
  }

  /** An open question. */
  public static PromptParts of(String question) {
    return new PromptParts(question, "", List.of(), List.of());
  }

  /** A multiple-choice question. */
  public static PromptParts choice(String question, String hint, List<String> options) {
    return new PromptParts(question, hint, options, List.of());
  }
}
