package io.prumerge.mini;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * A multiple-choice question as it is asked.
 *
 * @param hint what stands before the question; may be empty
 * @param text the bare question
 * @param options two to five different ones
 * @param answer index of the right option
 */
record PosedChoice(Topic topic, String hint, String text, List<String> options, int answer) {
  PosedChoice {
    Objects.requireNonNull(topic, "topic is null");
    options = List.copyOf(options);
    Objects.checkIndex(answer, options.size());
  }

  /** The letter of the right option. */
  String letter() {
    return Prompts.letter(answer);
  }

  /** The same question with every option {@code places} letters earlier, the first ones last. */
  PosedChoice rotated(int places) {
    List<String> order = new ArrayList<>(options);
    Collections.rotate(order, -places);
    return new PosedChoice(
        topic, hint, text, order, Math.floorMod(answer - places, options.size()));
  }
}
