package io.prumerge.mini.question;

import java.util.List;
import java.util.Objects;

/**
 * A multiple-choice question about a clip.
 *
 * @param options four different ones
 * @param answer index of the right option
 */
public record ClipQuestion(String text, List<String> options, int answer) {
  public ClipQuestion {
    options = List.copyOf(options);
    Objects.checkIndex(answer, options.size());
  }

  /** Returns the right option. */
  public String rightOption() {
    return options.get(answer);
  }
}
