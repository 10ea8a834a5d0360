package io.prumerge.mini;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * A multiple-choice question before its options are chosen and put in order.
 *
 * @param topic what it is about
 * @param hint what stands before the question; may be empty
 * @param text the bare question
 * @param answer the right option
 * @param distractors wrong options, the first ones to be used first
 */
record ChoiceQuestion(
    Topic topic, String hint, String text, String answer, List<String> distractors) {
  ChoiceQuestion {
    Objects.requireNonNull(topic, "topic is null");
    distractors = List.copyOf(distractors);
    List<String> all = new ArrayList<>(distractors);
    all.add(answer);
    if (distractors.isEmpty() || new HashSet<>(all).size() != all.size()) {
      throw new IllegalArgumentException(
          "'%s' has the options %s, which are not different ones".formatted(text, all));
    }
  }

  /** How many options it can have. */
  int most() {
    return distractors.size() + 1;
  }

  /** With its options in order, the right one at {@code place}. */
  PosedChoice posed(int options, int place) {
    List<String> order = new ArrayList<>(distractors.subList(0, options - 1));
    order.add(place, answer);
    return new PosedChoice(topic, hint, text, order, place);
  }
}
