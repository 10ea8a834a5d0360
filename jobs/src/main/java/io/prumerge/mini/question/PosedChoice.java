package io.prumerge.mini.question;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A multiple-choice question with its options in order.
 *
 * @param hint text before the question; may be empty
 * @param text the bare question
 * @param options two to five different ones
 * @param answer index of the right option
 */
public record PosedChoice(Topic topic, String hint, String text, List<String> options, int answer) {
  public PosedChoice {
    options = List.copyOf(options);
    Objects.checkIndex(answer, options.size());
  }

  /** Returns the letter of the right option. */
  public String letter() {
    return Prompts.letter(answer);
  }

  /**
   * Rotates the question's options: each moves {@code places} letters earlier, and the first ones
   * go to the end.
   */
  public PosedChoice rotated(int places) {
    List<String> order = new ArrayList<>(options);
    Collections.rotate(order, -places);
    return new PosedChoice(
        topic, hint, text, order, Math.floorMod(answer - places, options.size()));
  }
}
