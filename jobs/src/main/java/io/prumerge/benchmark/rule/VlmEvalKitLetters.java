package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
import io.prumerge.text.PythonText;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads an option's letter from an answer like VLMEvalKit's {@code matching_util.can_infer}, with
 * the rules of August 2025 and June 2026. No judge is asked: answers that the rules leave open stay
 * open, as in its {@code exact_matching} mode.
 */
public final class VlmEvalKitLetters {

  /** The letter for a refusal to choose. */
  private static final String REFUSAL = "Z";

  private static final String NO_ANSWER = "Failed to obtain answer via API";

  private static final List<String> REFUSALS =
      List.of(
          "Sorry, I can't help with images of people yet.",
          "I can't process this file.",
          "I'm sorry, but without the image provided",
          "Cannot determine the answer");

  private static final Pattern PUNCTUATION = Pattern.compile("[.()\\[\\],:;!*#{}]");

  /** A letter further from the end counts as a word of the sentence. */
  private static final int LAST_WORDS = 4;

  private static final String SPACES =
      "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";

  private static final Pattern SENTENCE =
      Pattern.compile(
          "answer" + SPACES + "is" + SPACES + "\\**([ABCD])",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private VlmEvalKitLetters() {}

  /**
   * Returns the letter that an answer names.
   *
   * @param options as in {@link Letters}
   * @return a letter of the options, or {@code Z} for a refusal; empty if it is left open
   */
  public static Optional<String> read(String answer, List<String> options) {
    Optional<String> letter = mentionedLetter(answer, Letters.present(options));
    return letter.isPresent() ? letter : quoted(answer, options);
  }

  private static Optional<String> mentionedLetter(String answer, List<String> letters) {
    if (answer.contains(NO_ANSWER)) {
      return Optional.empty();
    }
    if (REFUSALS.stream().anyMatch(answer::contains)) {
      return Optional.of(REFUSAL);
    }
    List<String> words = PythonText.split(PUNCTUATION.matcher(answer).replaceAll(" "));
    List<String> found = letters.stream().filter(words::contains).toList();
    if (found.size() == 1 && words.indexOf(found.get(0)) >= words.size() - LAST_WORDS) {
      return Optional.of(found.get(0));
    }
    if (found.isEmpty() && words.contains(REFUSAL)) {
      return Optional.of(REFUSAL);
    }
    Matcher sentence = SENTENCE.matcher(answer);
    return sentence.find()
        ? Optional.of(sentence.group(1).toUpperCase(Locale.ROOT)).filter(letters::contains)
        : Optional.empty();
  }

  /** Returns the one option whose text an answer repeats, unless the answer is much longer. */
  private static Optional<String> quoted(String answer, List<String> options) {
    String lower = PythonText.lower(answer);
    int letters = options.stream().mapToInt(VlmEvalKitLetters::length).sum();
    if (length(lower) > 2 * letters) {
      return Optional.empty();
    }
    List<String> mentioned = Letters.mentioned(options, answer);
    return mentioned.size() == 1 ? Optional.of(mentioned.get(0)) : Optional.empty();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
