package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
import io.prumerge.benchmark.vqa.VqaNormaliser;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an option's letter from an answer to a question of MVBench. */
final class MvBenchLetters {

  /** A letter that is a word, by Python's characters of words. */
  private static final Pattern WORD =
      Pattern.compile("(?<![\\p{L}\\p{N}_])[a-e](?![\\p{L}\\p{N}_])");

  private static final String LETTERS = "ABCDE";

  private MvBenchLetters() {}

  /**
   * Reads a letter like lmms-eval's {@code mcq_acc} (tasks/mvbench/utils.py): one of A to E before
   * a full stop at the start, else the first that is a word once marks are taken out, in either
   * case. So {@code I see a man} is read as A.
   */
  static Optional<String> lmmsEval(String answer, List<String> options) {
    String stripped = PythonText.strip(answer);
    if (isBeforeFullStop(stripped)) {
      return Optional.of(stripped.substring(0, 1).toUpperCase(Locale.ROOT));
    }
    String line = PythonText.strip(answer.replace('\n', ' ').replace('\t', ' '));
    String plain = VqaNormaliser.PYTHON_3.withoutMarks(line);
    Matcher word = WORD.matcher(PythonText.lower(plain));
    return word.find() ? Optional.of(word.group().toUpperCase(Locale.ROOT)) : Optional.empty();
  }

  /** Returns whether a text matches {@code ^([A-E])\.\s*(.+)$} in either case. */
  private static boolean isBeforeFullStop(String text) {
    return text.length() > 2
        && LETTERS.indexOf(Character.toUpperCase(text.charAt(0))) >= 0
        && text.charAt(1) == '.'
        && text.substring(2, Math.max(2, text.lastIndexOf('\n')))
            .chars()
            .allMatch(c -> PythonText.isSpace((char) c));
  }

  /**
   * Returns the letters that VLMEvalKit's {@code check_ans_with_model} (utils/mvbench.py) takes for
   * right ones without a judge: those of which the answer's first word is a part of {@code (a)}, or
   * holds it; else the one of {@link VlmEvalKitLetters}. So an answer that is empty or {@code (} is
   * right, whichever option is.
   */
  static List<String> vlmEvalKit(String answer, List<String> options) {
    String lower = PythonText.strip(PythonText.lower(answer));
    int end = lower.indexOf(' ');
    String first = end < 0 ? lower : lower.substring(0, end);
    String bare = first.replace(".", "");
    Optional<String> named = VlmEvalKitLetters.read(answer, options);
    return Letters.present(options).stream()
        .filter(
            letter -> {
              String option = "(" + letter.toLowerCase(Locale.ROOT) + ")";
              return option.contains(bare)
                  || first.contains(option)
                  || named.filter(letter::equals).isPresent();
            })
        .toList();
  }
}
