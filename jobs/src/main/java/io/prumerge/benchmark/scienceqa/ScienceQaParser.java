package io.prumerge.benchmark.scienceqa;

import io.prumerge.text.PythonText;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the choice that an answer names, as an index into A to E, even if the problem has fewer
 * choices.
 */
final class ScienceQaParser {

  /** The last character is a wildcard in the reference too: anything but a newline. */
  private static final Pattern SENTENCE = Pattern.compile("The answer is ([A-Z])[^\\n]");

  private ScienceQaParser() {}

  /**
   * LLaVA's {@code eval_science_qa.py}: the letter alone; the letter, a period and a space at the
   * start; or {@code The answer is X} with one more character, if that occurs once. The answer is
   * not trimmed, and case matters.
   *
   * @return empty if the reference gives FAILED or a letter beyond E, which it counts as -1
   */
  static OptionalInt official(String answer) {
    if (answer.length() == 1 || answer.length() >= 3 && answer.startsWith(". ", 1)) {
      OptionalInt first = index(answer.charAt(0));
      if (first.isPresent()) {
        return first;
      }
    }
    Matcher sentence = SENTENCE.matcher(answer);
    if (!sentence.find()) {
      return OptionalInt.empty();
    }
    char letter = sentence.group(1).charAt(0);
    return sentence.find() ? OptionalInt.empty() : index(letter);
  }

  /**
   * lmms-eval's {@code sqa_process_results}: after trimming, the letter alone in either case, or an
   * upper-case letter and a period at the start.
   */
  static OptionalInt lmmsEval(String answer) {
    String text = PythonText.strip(answer);
    if (text.length() == 1) {
      return index(text.toUpperCase(Locale.ROOT).charAt(0));
    }
    return text.startsWith(".", 1) ? index(text.charAt(0)) : OptionalInt.empty();
  }

  private static OptionalInt index(char letter) {
    int index = ScienceQaProblem.LETTERS.indexOf(letter);
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }
}
