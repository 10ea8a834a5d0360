package io.prumerge.benchmark.mmbench;

import io.prumerge.benchmark.Letters;
import io.prumerge.text.PythonText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the letter of an option from an answer, as the two evaluators of MMBench do. */
final class MmBenchLetters {

  private MmBenchLetters() {}

  /**
   * Reads an option's letter from an answer like VLMEvalKit's {@code matching_util.can_infer}, with
   * the rules of August 2025 and June 2026. No judge is asked: answers that the rules leave open
   * stay open, as in its {@code exact_matching} mode.
   */
  static final class VlmEvalKit {

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

    private VlmEvalKit() {}

    /**
     * Returns the letter that an answer names.
     *
     * @param options as in {@link Letters}
     * @return a letter of the options, or {@code Z} for a refusal; empty if it is left open
     */
    static Optional<String> read(String answer, List<String> options) {
      Optional<String> letter = named(answer, Letters.present(options));
      return letter.isPresent() ? letter : quoted(answer, options);
    }

    private static Optional<String> named(String answer, List<String> letters) {
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
      int letters = options.stream().mapToInt(VlmEvalKit::length).sum();
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

  /**
   * Reads an option's letter from an answer like lmms-eval's task {@code mmbench_en_dev_static},
   * which asks no judge: {@code mmbench_evals.can_infer}, then {@code
   * mcq_extract.extract_mcq_answer} for what that leaves open.
   */
  static final class LmmsEval {

    /** Letters that are recognised, whatever options the question has. */
    private static final List<String> LETTERS = List.of("A", "B", "C", "D", "E");

    private static final String NO_ANSWER = "Failed to obtain answer via API";

    /** In longer answers a word {@code A} may be the article. */
    private static final int SHORT_ANSWER = 3;

    /**
     * A form of a letter: the characters before and after it. Forms are in the order of preference.
     */
    private record Form(String before, String after) {
      String of(String letter) {
        return before + letter + after;
      }
    }

    private static final List<Form> FORMS =
        List.of(
            new Form("", "."),
            new Form("", ","),
            new Form("", ":"),
            new Form("", ")"),
            new Form("", ")."),
            new Form("(", ")"),
            new Form("(", ")."),
            new Form(":", ""),
            new Form(":", ","),
            new Form(":", "."),
            new Form(":", ")"),
            new Form(":", ")."));

    private static final List<String> ANNOUNCEMENTS =
        List.of(
            "the answer is",
            "answer is",
            "the correct answer is",
            "correct answer is",
            "the best answer is",
            "best answer is",
            "the correct option is",
            "correct option is",
            "the best option is",
            "best option is",
            "the choice is",
            "choice is",
            "the correct choice is",
            "correct choice is",
            "i choose",
            "i select",
            "i pick",
            "my answer is",
            "my choice is",
            "옵션",
            "정답은",
            "답은",
            "답:",
            "答案是",
            "答案为",
            "选",
            "答えは");

    /**
     * How certain a form of a letter is. Among equally certain ones, the last in the text counts.
     */
    private enum Sureness {
      ANYWHERE,
      BEFORE_SPACE,
      BEFORE_PARENTHESIS,
      BEFORE_COLON,
      BEFORE_PERIOD,
      IN_PARENTHESES,
      ANNOUNCED,
      AT_END,
      AT_START
    }

    private record Candidate(String letter, Sureness sureness, int position) {}

    private LmmsEval() {}

    /**
     * Returns the letter that an answer names, which may not be that of an option.
     *
     * @param options as in {@link Letters}
     */
    static Optional<String> read(String answer, List<String> options) {
      Optional<String> letter = named(answer);
      if (letter.isEmpty()) {
        List<String> mentioned = Letters.mentioned(options, answer);
        letter = mentioned.size() == 1 ? Optional.of(mentioned.get(0)) : Optional.empty();
      }
      return letter.isPresent() ? letter : extracted(answer, Letters.present(options));
    }

    private static Optional<String> named(String answer) {
      if (answer.contains(NO_ANSWER)) {
        return Optional.empty();
      }
      List<String> words = PythonText.split(answer);
      List<String> found = LETTERS.stream().filter(words::contains).toList();
      boolean article = words.contains("A") && words.size() > SHORT_ANSWER;
      if (found.size() == 1 && !article) {
        return Optional.of(found.get(0));
      }
      return FORMS.stream()
          .map(form -> LETTERS.stream().filter(letter -> words.contains(form.of(letter))).toList())
          .filter(letters -> letters.size() == 1)
          .map(letters -> letters.get(0))
          .findFirst();
    }

    private static Optional<String> extracted(String answer, List<String> letters) {
      String inner = PythonText.strip(answer);
      if (inner.isEmpty()) {
        return Optional.empty();
      }
      for (String mark : List.of(",", ".", "!", "?", ";", ":", "'", "\"")) {
        inner = stripped(inner, mark);
      }
      String text = " " + inner + " ";
      List<Candidate> candidates = new ArrayList<>();
      for (String letter : letters) {
        candidates.addAll(written(text, letter));
        candidates.addAll(announced(text, letter));
        candidates.addAll(atTheEnds(text, letter));
      }
      if (candidates.isEmpty()) {
        letters.stream()
            .filter(text::contains)
            .map(one -> new Candidate(one, Sureness.ANYWHERE, text.lastIndexOf(one)))
            .forEach(candidates::add);
      }
      return candidates.stream()
          .max(Comparator.comparing(Candidate::sureness).thenComparing(Candidate::position))
          .map(Candidate::letter);
    }

    private static String stripped(String text, String mark) {
      String rest = text;
      while (rest.startsWith(mark)) {
        rest = rest.substring(1);
      }
      while (rest.endsWith(mark)) {
        rest = rest.substring(0, rest.length() - 1);
      }
      return rest;
    }

    private static List<Candidate> written(String text, String letter) {
      return Stream.of(
              at(text, letter, "(" + letter + ")", Sureness.IN_PARENTHESES),
              at(text, letter, letter + ".", Sureness.BEFORE_PERIOD),
              at(text, letter, letter + ":", Sureness.BEFORE_COLON),
              at(text, letter, letter + ")", Sureness.BEFORE_PARENTHESIS),
              at(text, letter, letter + " ", Sureness.BEFORE_SPACE))
          .flatMap(Optional::stream)
          .toList();
    }

    private static Optional<Candidate> at(
        String text, String letter, String written, Sureness sureness) {
      int position = text.lastIndexOf(written);
      return position < 0
          ? Optional.empty()
          : Optional.of(new Candidate(letter, sureness, position));
    }

    /**
     * Returns the first such letter, even within a word, after each announcement's first
     * occurrence.
     */
    private static List<Candidate> announced(String text, String letter) {
      String lower = PythonText.lower(text);
      return ANNOUNCEMENTS.stream()
          .filter(lower::contains)
          .map(words -> text.indexOf(letter, lower.indexOf(words) + words.length()))
          .filter(position -> position >= 0)
          .map(position -> new Candidate(letter, Sureness.ANNOUNCED, position))
          .toList();
    }

    private static List<Candidate> atTheEnds(String text, String letter) {
      String inner = PythonText.strip(text);
      List<Candidate> candidates = new ArrayList<>();
      if (inner.startsWith(letter)
          && (inner.length() == 1 || !Character.isLetter(inner.codePointAt(1)))) {
        candidates.add(new Candidate(letter, Sureness.AT_START, 0));
      }
      if (inner.endsWith(letter)
          && (inner.length() == 1
              || !Character.isLetter(inner.codePointBefore(inner.length() - 1)))) {
        candidates.add(new Candidate(letter, Sureness.AT_END, text.length() - 1));
      }
      return candidates;
    }
  }
}
