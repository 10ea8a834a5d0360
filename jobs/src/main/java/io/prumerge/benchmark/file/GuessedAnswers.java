package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Letters;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * Guesses what the right answers of questions with options are. Each answer is tried as each kind;
 * the first kind under which most are options is taken: labels of options first, then texts, as an
 * option may be a number.
 */
final class GuessedAnswers {

  private static final List<String> KINDS =
      List.of("text", "letter", "index1", "index0", "[text, letter]");

  /**
   * A row with options and an answer.
   *
   * @param byText what is right where answers are texts
   * @param byLetter what is right where they are letters or places: the letter of an option that is
   *     called by its label
   */
  private record Row(Reference byText, Reference byLetter) {

    Reference as(String kind) {
      return kind.equals(KINDS.get(0)) ? byText : byLetter;
    }
  }

  private final List<Row> rows = new ArrayList<>();

  private boolean areLabels;

  /**
   * Adds a row.
   *
   * @param shown the options as prompts have them
   */
  void add(OptionCells given, OptionCells shown, List<String> answers) {
    if (!shown.texts().isEmpty() && !answers.isEmpty()) {
      areLabels |= answers.stream().allMatch(answer -> given.labelled(answer).isPresent());
      rows.add(
          new Row(
              reference(shown, answers, answer -> byText(answer, given, shown)),
              reference(shown, answers, answer -> byLetter(answer, given, shown))));
    }
  }

  private static Reference reference(
      OptionCells shown, List<String> answers, UnaryOperator<String> meant) {
    List<String> right = answers.stream().map(meant).toList();
    return new Reference("", "", right, shown.texts(), Map.of());
  }

  private static String byText(String answer, OptionCells given, OptionCells shown) {
    OptionalInt item = given.lettered(answer);
    return item.isPresent() ? shown.texts().get(item.getAsInt()) : given.answer(answer, shown);
  }

  private static String byLetter(String answer, OptionCells given, OptionCells shown) {
    OptionalInt label = given.labelled(answer);
    return label.isPresent() ? Letters.of(label.getAsInt()) : byText(answer, given, shown);
  }

  /** Returns the value of {@code answers_are}. */
  String kind() {
    if (rows.isEmpty()) {
      return "letter";
    }
    String best = KINDS.get(areLabels ? 1 : 0);
    for (String kind : KINDS) {
      best = fitting(kind) > fitting(best) ? kind : best;
    }
    return best;
  }

  /** Returns whether there are answers, and each is an option or the letter of one. */
  boolean areOptions() {
    return !rows.isEmpty() && fitting("[text, letter]") == rows.size();
  }

  /** Returns why the guess may be wrong; empty if nothing speaks against it. */
  Optional<String> doubt() {
    String kind = kind();
    long fitting = fitting(kind);
    if (fitting < rows.size()) {
      return Optional.of(
          Text.format(
              "%d of %d answers are none of their row's options as %s",
              rows.size() - fitting, rows.size(), kind));
    }
    return KINDS.stream()
        .limit(KINDS.size() - 1)
        .filter(other -> fitting(other) == rows.size() && !rows.isEmpty())
        .filter(other -> rows.stream().anyMatch(one -> !right(other, one).equals(right(kind, one))))
        .findFirst()
        .map(
            other ->
                Text.format(
                    "answers may also be %s, and other options right: look which of them prepare"
                        + " shows as right",
                    other));
  }

  private long fitting(String kind) {
    ProfileRule rule = rule(kind);
    return rows.stream().filter(one -> rule.problem(one.as(kind)).isEmpty()).count();
  }

  private static List<String> right(String kind, Row row) {
    return rule(kind).rightLetters(row.as(kind));
  }

  private static ProfileRule rule(String kind) {
    Object value = kind.startsWith("[") ? List.of("text", "letter") : kind;
    return AnswerRules.of("letter", Map.of("answers_are", value));
  }
}
