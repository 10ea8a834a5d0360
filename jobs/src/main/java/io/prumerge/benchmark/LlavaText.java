package io.prumerge.benchmark;

/** The prompts in LLaVA's question files, which come whole. */
final class LlavaText {

  private LlavaText() {}

  /** The question in a prompt: what stands before the benchmark's instruction. */
  static String question(String benchmark, String text) {
    String suffix = PromptProfile.LLAVA.suffix(benchmark);
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  /** The text as it stands, or another profile's wording of its parts. */
  static String prompt(PromptProfile prompts, String benchmark, String text, PromptParts parts) {
    return prompts.equals(PromptProfile.LLAVA) ? text : prompts.prompt(benchmark, parts);
  }
}
