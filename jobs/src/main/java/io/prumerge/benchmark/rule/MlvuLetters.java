package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads an option's letter from an answer to a question of MLVU: the character before the first
 * closing parenthesis, or an answer that is the letter alone. So {@code I (think) B} names none.
 */
final class MlvuLetters {

  private MlvuLetters() {}

  /**
   * Reads a letter like lmms-eval's {@code extract_characters_regex} (tasks/mlvu/utils.py) before
   * April 2026.
   */
  static Optional<String> lmmsEval(String answer, List<String> options) {
    return before(PythonText.strip(answer), options);
  }

  /**
   * Returns the letters that VLMEvalKit's {@code check_ans_with_model} (utils/mlvu.py) takes for
   * right ones without a judge: that before the parenthesis, and that of {@link VlmEvalKitLetters}.
   */
  static List<String> vlmEvalKit(String answer, List<String> options) {
    return Stream.of(
            before(answer, options),
            VlmEvalKitLetters.read(answer, options).filter(Letters.present(options)::contains))
        .flatMap(Optional::stream)
        .distinct()
        .sorted()
        .toList();
  }

  private static Optional<String> before(String text, List<String> options) {
    int end = text.indexOf(')');
    String letter = end < 0 ? text : text.substring(Math.max(0, end - 1), end);
    return Optional.of(letter).filter(Letters.present(options)::contains);
  }
}
