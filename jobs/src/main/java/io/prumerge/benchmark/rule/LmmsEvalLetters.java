package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Letters;
import io.prumerge.text.PythonText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads an option's letter from an answer like lmms-eval's task {@code mmbench_en_dev_static},
 * which asks no judge: {@code mmbench_evals.can_infer}, then {@code mcq_extract.extract_mcq_answer}
 * for what that leaves open.
 */
public final class LmmsEvalLetters {

  /** Letters that are recognised, whatever options the question has. */
  private static final List<String> LETTERS = List.of("A", "B", "C", "D", "E");

  private static final char[] MARKS = {',', '.', '!', '?', ';', ':', '\'', '"'};

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

  /** How certain a form of a letter is. Among equally certain ones, the last in the text counts. */
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

  private LmmsEvalLetters() {}

  /**
   * Returns the letter that an answer names, which may not be that of an option.
   *
   * @param options as in {@link Letters}
   */
  public static Optional<String> read(String answer, List<String> options) {
    Optional<String> letter = mentionedLetter(answer);
    if (letter.isEmpty()) {
      List<String> mentioned = Letters.mentioned(options, answer);
      letter = mentioned.size() == 1 ? Optional.of(mentioned.get(0)) : Optional.empty();
    }
    return letter.isPresent() ? letter : extracted(answer, options);
  }

  private static Optional<String> mentionedLetter(String answer) {
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

  /**
   * Returns the letter that {@code mcq_extract.extract_mcq_answer} reads.
   *
   * @param options as in {@link Letters}
   */
  public static Optional<String> extracted(String answer, List<String> options) {
    List<String> letters = Letters.present(options);
    String inner = PythonText.strip(answer);
    if (inner.isEmpty()) {
      return Optional.empty();
    }
    for (char mark : MARKS) {
      inner = PythonText.strip(inner, mark);
    }
    String text = " " + inner + " ";
    List<Candidate> candidates = new ArrayList<>();
    for (String letter : letters) {
      candidates.addAll(writtenForms(text, letter));
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

  private static List<Candidate> writtenForms(String text, String letter) {
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
    return position < 0 ? Optional.empty() : Optional.of(new Candidate(letter, sureness, position));
  }

  /**
   * Returns the first such letter, even within a word, after each announcement's first occurrence.
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
