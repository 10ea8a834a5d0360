package io.prumerge.benchmark.textvqa;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Extracts the bare question and the OCR tokens from LLaVA's TextVQA prompts. */
final class TextVqaPrompt {

  private static final String TOKENS = "Reference OCR token: ";
  private static final String SEPARATOR = ", ";
  private static final String OLD_START = "OCR tokens: ";
  private static final Pattern OLD_QUESTION =
      Pattern.compile("Question: (.*?) Short answer:", Pattern.DOTALL);

  private TextVqaPrompt() {}

  /**
   * The question as found by {@code prompt_processor} of LLaVA's {@code eval_textvqa.py}, in its
   * original spelling. Of two lines it is the first. Of three lines with OCR tokens it is the
   * first, or the second if the tokens come first. In the older wording it is the text between the
   * labels.
   *
   * @return empty if the reference finds none
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
   * The tokens of the line that lists them, split at comma and space, which also splits a token
   * that contains these.
   *
   * @return one empty token if the line has none; empty without such a line
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
