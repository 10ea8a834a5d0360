package io.prumerge.benchmark.textvqa;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.source.JsonLine;
import io.prumerge.text.PythonText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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

  /**
   * The key that matches TextVQA's answers, as in LLaVA's {@code eval_textvqa.py}: image and
   * question, because there are several questions about an image and answer files only have the
   * image's id.
   */
  record Key(String image, String question) {

    static Key of(String image, String question) {
      return new Key(image, PythonText.lower(question));
    }

    /** The key from a line with the image's id and LLaVA's prompt. */
    static Key of(JsonLine line, String promptField) {
      String prompt = line.text(promptField);
      String question =
          TextVqaPrompt.question(prompt)
              .orElseThrow(
                  () ->
                      line.error(
                          String.format(
                              Locale.ROOT,
                              "\"%s\" is none of LLaVA's TextVQA prompts (the question, its OCR tokens or not, the instruction): '%s'",
                              promptField,
                              prompt)));
      return of(line.id("question_id").asText(), question);
    }

    /** As {@link Benchmark#key}; an image id has no line end. */
    String text() {
      return image + "\n" + question;
    }
  }
}
