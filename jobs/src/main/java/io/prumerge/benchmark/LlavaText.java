package io.prumerge.benchmark;

/** The prompts in LLaVA's question files, which come whole. */
final class LlavaText {

  /** What LLaVA-1.5 adds to questions that a word answers. */
  static final String SHORT_ANSWER = "\nAnswer the question using a single word or phrase.";

  private LlavaText() {}

  /** The text before {@code suffix}; all of it where it does not end so. */
  static String before(String suffix, String text) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  /** The text as it stands, or another profile's wording of its parts. */
  static String prompt(PromptProfile prompts, String benchmark, String text, PromptParts parts) {
    return prompts.equals(PromptProfile.LLAVA) ? text : prompts.prompt(benchmark, parts);
  }
}
