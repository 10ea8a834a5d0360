package io.prumerge.benchmark;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The bare question and the OCR tokens out of a TextVQA prompt of LLaVA's. */
final class TextVqaPrompt {

  private static final String TOKENS = "Reference OCR token: ";
  private static final String SEPARATOR = ", ";
  private static final String OLD_START = "OCR tokens: ";
  private static final Pattern OLD_QUESTION =
      Pattern.compile("Question: (.*?) Short answer:", Pattern.DOTALL);

  private TextVqaPrompt() {}

  /**
   * The question as {@code prompt_processor} of LLaVA's {@code eval_textvqa.py} finds it, in its
   * own spelling: the first of two lines; of three with OCR tokens the first, or the second where
   * the tokens come first; the older wording's between its labels.
   *
   * @return nothing where the reference gives up
   */
  static Optional<String> question(String prompt) {
    if (prompt.startsWith(OLD_START)) {
      Matcher old = OLD_QUESTION.matcher(prompt);
      return old.find() ? Optional.of(old.group(1)) : Optional.empty();
    }
    String[] lines = prompt.split("\n", -1);
    if (lines.length == 3 && prompt.contains(TOKENS)) {
      return Optional.of(prompt.startsWith(TOKENS.strip()) ? lines[1] : lines[0]);
    }
    return lines.length == 2 ? Optional.of(lines[0]) : Optional.empty();
  }

  /**
   * The tokens of the line that names them, cut at commas: a token with a comma and a space in it
   * comes apart.
   *
   * @return one empty token where the line has none; nothing without such a line
   */
  static List<String> tokens(String prompt) {
    return prompt
        .lines()
        .filter(line -> line.startsWith(TOKENS))
        .findFirst()
        .map(line -> Arrays.asList(line.substring(TOKENS.length()).split(SEPARATOR, -1)))
        .orElse(List.of());
  }
}
