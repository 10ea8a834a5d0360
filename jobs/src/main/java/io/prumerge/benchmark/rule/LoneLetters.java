package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an option's letter that stands alone, or at the start of an answer. */
final class LoneLetters {

  private static final Pattern BEFORE_FULL_STOP = Pattern.compile("([A-Z])\\.");
  private static final String PUNCTUATION = "[!-/:-@\\[-`{-~]";
  private static final List<String> STARTS = List.of("", "(", "option ", "the answer is ");

  private LoneLetters() {}

  /**
   * Reads a letter like lmms-eval's task {@code ai2d}: a capital before a full stop at the start,
   * or an answer that is the letter in either case but for white space around it and ASCII's
   * punctuation.
   */
  static Optional<String> ai2d(String answer, List<String> options) {
    String stripped = PythonText.strip(answer);
    Matcher start = BEFORE_FULL_STOP.matcher(stripped);
    String text = start.lookingAt() ? start.group(1) : stripped;
    String bare = PythonText.lower(text).replaceAll(PUNCTUATION, "");
    return Letters.present(options).stream()
        .filter(letter -> PythonText.lower(letter).equals(bare))
        .findFirst();
  }

  /**
   * Reads a letter like LLaVA's {@code convert_seed_for_submission.py}: a capital, without white
   * space.
   */
  static Optional<String> alone(String answer, List<String> options) {
    return Optional.of(answer).filter(Letters.present(options)::contains);
  }

  /** Reads a letter like lmms-eval's task {@code seedbench}: so {@code Because} is read as B. */
  static Optional<String> first(String answer, List<String> options) {
    String text = PythonText.strip(answer);
    return text.isEmpty()
        ? Optional.empty()
        : alone(text.substring(0, 1).toUpperCase(Locale.ROOT), options);
  }

  /**
   * Reads a letter like MMStar's own evaluator, and lmms-eval's task {@code mmstar} before April
   * 2026: the first character in either case, also after {@code (}, {@code option } or {@code the
   * answer is }. So {@code Because} is read as B.
   */
  static Optional<String> mmstar(String answer, List<String> options) {
    String text = PythonText.strip(PythonText.lower(answer)).replace('\n', ' ');
    return STARTS.stream()
        .filter(text::startsWith)
        .filter(start -> text.length() > start.length())
        .map(start -> text.substring(start.length(), start.length() + 1).toUpperCase(Locale.ROOT))
        .filter(Letters.present(options)::contains)
        .findFirst();
  }
}
