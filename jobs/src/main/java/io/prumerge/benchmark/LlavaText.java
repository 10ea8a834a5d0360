package io.prumerge.benchmark;

/** The prompts in LLaVA's question files, which include the instruction. */
public final class LlavaText {

  private LlavaText() {}

  /** The question in a prompt: the text before the benchmark's instruction. */
  public static String question(String benchmark, String text) {
    String suffix = PromptProfile.LLAVA.suffix(benchmark);
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  /** The text unchanged for the profile {@code llava}, else the profile's wording of the parts. */
  public static String prompt(
      PromptProfile prompts, String benchmark, String text, PromptParts parts) {
    return prompts.equals(PromptProfile.LLAVA) ? text : prompts.prompt(benchmark, parts);
  }
}
