package io.prumerge.benchmark;

import java.util.ArrayList;
import java.util.List;

/** How questions are worded as prompts; {@code llava} is LLaVA-1.5's own way. */
public record PromptProfile(String name) {

  /** As LLaVA-1.5's evaluation scripts ask. */
  public static final PromptProfile LLAVA = new PromptProfile("llava");

  /** What LLaVA-1.5 adds to questions that a word answers. */
  static final String SHORT_ANSWER = "\nAnswer the question using a single word or phrase.";

  /** What LLaVA-1.5 adds to multiple-choice questions. */
  static final String LETTER = "\nAnswer with the option's letter from the given choices directly.";

  /**
   * The user's text.
   *
   * @param benchmark whose wording, by {@link Benchmark#name()}
   */
  public String prompt(String benchmark, PromptParts parts) {
    List<String> lines = new ArrayList<>();
    if (!parts.hint().isEmpty()) {
      lines.add(parts.hint());
    }
    lines.add(parts.question());
    for (int i = 0; i < parts.options().size(); i++) {
      lines.add((char) ('A' + i) + ". " + parts.options().get(i));
    }
    return String.join("\n", lines) + (parts.options().isEmpty() ? SHORT_ANSWER : LETTER);
  }
}
