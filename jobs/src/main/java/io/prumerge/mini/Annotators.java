package io.prumerge.mini;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Ten people who answer a question: mostly with one voice, sometimes one to three of them see or
 * say something else. The true answer always has at least seven voices, which is full marks.
 */
final class Annotators {

  static final int PEOPLE = 10;
  private static final int MOST_DISSENT = 3;

  /** Of 100 questions, those on which not all agree. */
  private static final int DISPUTED = 30;

  private Annotators() {}

  /**
   * Ten answers.
   *
   * @param others what somebody might say instead
   */
  static List<String> answers(String answer, List<String> others, SceneRandom random) {
    List<String> answers = new ArrayList<>(Collections.nCopies(PEOPLE, answer));
    if (random.chance(DISPUTED)) {
      int dissent = random.between(1, MOST_DISSENT);
      for (int i = 0; i < dissent; i++) {
        answers.set(random.below(PEOPLE), random.pick(others));
      }
    }
    return answers;
  }

  /** What somebody might say instead of an answer to an open question. */
  static List<String> others(OpenQuestion question, SceneRandom random) {
    String answer = question.answer();
    return switch (question.type()) {
      case YES_NO -> List.of(answer.equals(YesNoPair.YES) ? YesNoPair.NO : YesNoPair.YES);
      case NUMBER ->
          List.of(
              Integer.toString(Integer.parseInt(answer) + 1),
              Numbers.word(Integer.parseInt(answer)));
      case OTHER -> {
        List<String> synonyms = new ArrayList<>(synonyms(answer));
        synonyms.add("not sure");
        if (answer.equals(answer.toUpperCase(Locale.ROOT))) {
          synonyms.add(Misreading.of(answer, random));
        }
        yield synonyms;
      }
    };
  }

  private static List<String> synonyms(String answer) {
    return switch (answer) {
      case "gray" -> List.of("grey", "silver");
      case "purple" -> List.of("violet", "dark purple");
      case "cyan" -> List.of("light blue", "turquoise");
      case "navy" -> List.of("dark blue", "blue");
      case "orange" -> List.of("yellow");
      case "circle" -> List.of("round", "disk");
      case "ring" -> List.of("circle", "donut");
      case "square" -> List.of("box");
      case "cross" -> List.of("plus", "x");
      case "large" -> List.of("big");
      case "small" -> List.of("little");
      case "top" -> List.of("above", "upper");
      case "bottom" -> List.of("below", "lower");
      default -> List.of(answer + " one", "the " + answer);
    };
  }
}
