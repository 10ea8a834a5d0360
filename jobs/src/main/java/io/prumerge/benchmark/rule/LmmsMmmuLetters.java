package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
import io.prumerge.text.PythonText;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads an option's letter as lmms-eval does for MMMU ({@code parse_mmmu_multi_choice_response},
 * lmms_eval/tasks/_task_utils/mmmu_mcq_utils.py): as {@link MmmuLetters}, but a letter without
 * parentheses need not begin a word, a period may follow it, and answers are stripped first, as all
 * of lmms-eval's are (lmms_eval/api/task.py). Where it draws a random letter, this returns none.
 */
final class LmmsMmmuLetters {

  /** Forms that are tried one after the other. */
  private static final List<String> AFTER_LETTER = List.of(" ", ".");

  private LmmsMmmuLetters() {}

  /** Returns the letter; empty if it is undecided. */
  static Optional<String> read(String answer, List<String> options) {
    String stripped = PythonText.strip(answer);
    String text = MmmuLetters.padded(stripped);
    List<String> letters = Letters.present(options);
    if (letters.stream().anyMatch(letter -> text.contains("(" + letter + ")"))) {
      return MmmuLetters.read(stripped, options);
    }
    return AFTER_LETTER.stream()
        .flatMap(after -> last(text, letters.stream(), after).stream())
        .findFirst()
        .or(() -> MmmuLetters.read(stripped, options));
  }

  /**
   * Returns the letter whose form stands last in the text as a word; the first letter if none is a
   * word.
   */
  private static Optional<String> last(String text, Stream<String> letters, String after) {
    return letters
        .filter(letter -> text.contains(letter + after))
        .max(Comparator.comparingInt(letter -> text.lastIndexOf(" " + letter + " ")));
  }
}
