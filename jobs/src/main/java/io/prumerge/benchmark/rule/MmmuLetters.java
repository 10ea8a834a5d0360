package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
import io.prumerge.text.PythonText;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reads an option's letter as MMMU's {@code parse_multi_choice_response} does (MMMU-Benchmark/MMMU,
 * mmmu/utils/eval_utils.py): letters in parentheses, else between blanks, else options whose texts
 * a longer answer repeats; of several, the one that stands last. Where it draws a random letter,
 * this returns none.
 */
final class MmmuLetters {

  private static final char[] MARKS = {',', '.', '!', '?', ';', ':', '\''};

  /** Words of an answer that may repeat the text of an option, at least one more. */
  private static final int FEW_WORDS = 5;

  private MmmuLetters() {}

  /** Returns the letter; empty if it is undecided. */
  static Optional<String> read(String answer, List<String> options) {
    String text = padded(answer);
    List<String> letters = Letters.present(options);
    for (String form : List.of("(%s)", " %s ")) {
      Optional<String> last = last(text, letters, form);
      if (last.isPresent()) {
        return last;
      }
    }
    if (PythonText.split(text).size() <= FEW_WORDS) {
      return Optional.empty();
    }
    String lower = PythonText.lower(text);
    return Letters.mentioned(options, text).stream()
        .max(
            Comparator.comparingInt(
                letter ->
                    lower.lastIndexOf(PythonText.lower(options.get(letter.charAt(0) - 'A')))));
  }

  /** Returns an answer without marks at its ends, between blanks. */
  static String padded(String answer) {
    String inner = answer;
    for (char mark : MARKS) {
      inner = PythonText.strip(inner, mark);
    }
    return " " + inner + " ";
  }

  /** Returns the letter that stands last in a form; none if none does. */
  private static Optional<String> last(String text, List<String> letters, String form) {
    return letters.stream()
        .filter(letter -> text.contains(written(letter, form)))
        .max(Comparator.comparingInt(letter -> text.lastIndexOf(written(letter, form))));
  }

  private static String written(String letter, String form) {
    return form.replace("%s", letter);
  }
}
