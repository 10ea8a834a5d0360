package io.prumerge.mini;

import io.prumerge.mini.question.Misreading;
import io.prumerge.mini.question.NumberWords;
import io.prumerge.mini.question.OpenQuestion;
import io.prumerge.mini.question.YesNoPair;
import io.prumerge.mini.scene.SceneRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Ten annotators of a question. Usually all agree; sometimes one to three give another answer. At
 * least seven always give the true answer, which therefore gets full marks.
 */
public final class Annotators {

  static final int PEOPLE = 10;
  private static final int MOST_DISSENT = 3;

  /** Percent of the questions on which not all agree. */
  private static final int DISPUTED = 30;

  private Annotators() {}

  /**
   * Returns ten answers.
   *
   * @param others other answers that an annotator may give
   */
  public static List<String> answers(String answer, List<String> others, SceneRandom random) {
    List<String> answers = new ArrayList<>(Collections.nCopies(PEOPLE, answer));
    if (random.chance(DISPUTED)) {
      int dissent = random.between(1, MOST_DISSENT);
      for (int i = 0; i < dissent; i++) {
        answers.set(random.below(PEOPLE), random.pick(others));
      }
    }
    return answers;
  }

  /** Returns other answers that an annotator may give to an open question. */
  static List<String> others(OpenQuestion question, SceneRandom random) {
    String answer = question.answer();
    return switch (question.type()) {
      case YES_NO -> List.of(answer.equals(YesNoPair.YES) ? YesNoPair.NO : YesNoPair.YES);
      case NUMBER ->
          List.of(
              Integer.toString(Integer.parseInt(answer) + 1),
              NumberWords.word(Integer.parseInt(answer)));
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
