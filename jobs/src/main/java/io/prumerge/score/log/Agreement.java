package io.prumerge.score.log;

import io.prumerge.benchmark.PythonNumber;
import io.prumerge.benchmark.Wordings;
import io.prumerge.text.PythonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether a row of a log says of a question what the benchmark's files say. */
enum Agreement {
  SAME,
  OTHER,
  /** One of both does not say it, or not in a form that can be compared. */
  UNKNOWN;

  /** What prompts drop of the questions of MME and POPE. */
  private static final Pattern DROPPED =
      Pattern.compile("\\s*please answer yes or no\\.?$", Pattern.CASE_INSENSITIVE);

  /** Marks of pictures, which some files have in a question's text, numbered or not. */
  private static final Pattern MARK = Pattern.compile("<image( ?\\d+)?>");

  /** A text in Python's or JSON's spelling of a list. */
  private static final Pattern QUOTED =
      Pattern.compile("'((?:[^'\\\\]|\\\\.)*+)'|\"((?:[^\"\\\\]|\\\\.)*+)\"", Pattern.DOTALL);

  /** How tools write that there is no right answer. */
  private static final List<String> NONE = List.of("", "none", "nan", "null");

  private static Agreement of(boolean same) {
    return same ? SAME : OTHER;
  }

  /** Compares what is asked: a prompt contains the question. */
  static Agreement ofText(LogRow row, IndexedQuestion question) {
    String ours = folded(question.question());
    if (ours.isEmpty()) {
      return UNKNOWN;
    }
    if (row.answer().prompt().isPresent()) {
      return of(folded(row.answer().prompt().get()).contains(ours));
    }
    if (row.question().isPresent()) {
      String theirs = folded(row.question().get());
      return of(theirs.contains(ours) || !theirs.isEmpty() && ours.contains(theirs));
    }
    return UNKNOWN;
  }

  /** Returns a question's text as it is compared. */
  static String folded(String text) {
    String plain = MARK.matcher(text).replaceAll(" ");
    return DROPPED.matcher(Wordings.same(plain)).replaceFirst("");
  }

  /**
   * Compares a right answer: itself, one of a list's, an option by its letter, its number or its
   * text, or a number.
   */
  static Agreement ofTarget(LogRow row, IndexedQuestion question) {
    String target = row.answer().truth().orElse("").strip();
    List<String> answers = question.answers().stream().filter(text -> !text.isBlank()).toList();
    if (NONE.contains(target.toLowerCase(Locale.ROOT)) || answers.isEmpty()) {
      return UNKNOWN;
    }
    if (answers.stream().anyMatch(answer -> isSame(target, answer, question.options()))) {
      return SAME;
    }
    if (!target.startsWith("[") && !target.startsWith("{")) {
      return OTHER;
    }
    List<String> listed = quoted(target);
    return listed.isEmpty()
        ? UNKNOWN
        : of(
            listed.stream()
                .anyMatch(
                    one ->
                        answers.stream()
                            .anyMatch(answer -> isSame(one, answer, question.options()))));
  }

  private static boolean isSame(String target, String answer, List<String> options) {
    String theirs = Wordings.answer(target);
    String ours = Wordings.answer(answer);
    if (theirs.equals(ours)) {
      return true;
    }
    OptionalDouble number = PythonNumber.of(theirs);
    if (number.isPresent() && number.equals(PythonNumber.of(ours))) {
      return true;
    }
    String option = option(ours, options);
    return !option.isEmpty() && option.equals(option(theirs, options));
  }

  /**
   * Returns the text of the option that a letter, a number from 0 or a text names; else nothing.
   */
  private static String option(String named, List<String> options) {
    for (int i = 0; i < options.size(); i++) {
      String option = Wordings.answer(options.get(i));
      if (named.equals(option)
          || named.equals(Character.toString('a' + i))
          || named.equals(Integer.toString(i))) {
        return i + " " + option;
      }
    }
    return "";
  }

  private static List<String> quoted(String list) {
    List<String> texts = new ArrayList<>();
    Matcher matcher = QUOTED.matcher(list);
    while (matcher.find()) {
      String text = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      texts.add(PythonText.ofLiteral(text));
    }
    return texts;
  }
}
