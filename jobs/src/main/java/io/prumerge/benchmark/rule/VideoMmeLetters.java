package io.prumerge.benchmark.rule;

import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Optional;

/**
 * Reads an option's letter from an answer to a question of Video-MME: the first capital A to D that
 * is left when the usual beginnings of answers are taken out ({@code extract_characters_regex}).
 */
final class VideoMmeLetters {

  private static final String CAPITALS = "ABCD";

  /** In the harnesses a comma is missing behind two of these, which joins them with the next. */
  private static final List<String> BEGINNINGS =
      List.of(
          "The best answer is",
          "The correct answer is",
          "The answer is",
          "The answer",
          "The best option isThe correct option is",
          "Best answer:Best option:");

  private static final List<String> MORE_BEGINNINGS = List.of("Answer:", "Option:");

  private VideoMmeLetters() {}

  /**
   * Reads a letter like lmms-eval's task {@code videomme} before April 2026. So {@code Answer: C}
   * is read as A, and {@code Best option: C} as B.
   */
  static Optional<String> lmmsEval(String answer, List<String> options) {
    return first(without(PythonText.strip(answer), BEGINNINGS));
  }

  /**
   * Reads a letter like VLMEvalKit's {@code utils/videomme.py} without a judge, which takes {@code
   * Answer:} and {@code Option:} out, too.
   */
  static Optional<String> vlmEvalKit(String answer, List<String> options) {
    return first(without(without(PythonText.strip(answer), BEGINNINGS), MORE_BEGINNINGS));
  }

  private static String without(String text, List<String> beginnings) {
    String left = text;
    for (String beginning : beginnings) {
      left = left.replace(beginning, "");
    }
    return left;
  }

  private static Optional<String> first(String text) {
    return text.chars()
        .filter(c -> CAPITALS.indexOf(c) >= 0)
        .mapToObj(Character::toString)
        .findFirst();
  }
}
