package io.prumerge.mini.question;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A multiple-choice question before its options are chosen and put in order.
 *
 * @param topic the subject of the question
 * @param hint text before the question; may be empty
 * @param text the bare question
 * @param answer the right option
 * @param distractors wrong options, used in this order
 */
public record ChoiceQuestion(
    Topic topic, String hint, String text, String answer, List<String> distractors) {
  public ChoiceQuestion {
    distractors = List.copyOf(distractors);
    List<String> all = new ArrayList<>(distractors);
    all.add(answer);
    if (distractors.isEmpty() || new HashSet<>(all).size() != all.size()) {
      throw new IllegalArgumentException(
          Text.format("'%s' has the options %s, which are not different ones", text, all));
    }
  }

  /** Returns the largest possible number of options. */
  int most() {
    return distractors.size() + 1;
  }

  /** Returns the question with {@code options} options, the right one at {@code place}. */
  PosedChoice posed(int options, int place) {
    List<String> order = new ArrayList<>(distractors.subList(0, options - 1));
    order.add(place, answer);
    return new PosedChoice(topic, hint, text, order, place);
  }
}
