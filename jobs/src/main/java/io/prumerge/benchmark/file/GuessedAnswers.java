package io.prumerge.benchmark.file;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.rule.AnswerRules;
import io.prumerge.benchmark.rule.ProfileRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Guesses what the right answers of questions with options are. Each answer is tried as each kind;
 * the first kind under which most are options is taken, texts first, as an option may be a number.
 */
final class GuessedAnswers {

  private static final List<String> KINDS =
      List.of("text", "letter", "index1", "index0", "[text, letter]");

  private final List<Reference> references = new ArrayList<>();

  /** Adds a row with options and an answer. */
  void add(List<String> options, List<String> answers) {
    if (!options.isEmpty() && !answers.isEmpty()) {
      references.add(new Reference("", "", answers, options, Map.of()));
    }
  }

  /** Returns the value of {@code answers_are}. */
  String kind() {
    if (references.isEmpty()) {
      return "letter";
    }
    String best = KINDS.get(0);
    for (String kind : KINDS) {
      best = fitting(kind) > fitting(best) ? kind : best;
    }
    return best;
  }

  /** Returns whether there are answers, and each is an option or the letter of one. */
  boolean areOptions() {
    return !references.isEmpty() && fitting("[text, letter]") == references.size();
  }

  /** Returns why the guess may be wrong; empty if nothing speaks against it. */
  Optional<String> doubt() {
    String kind = kind();
    long fitting = fitting(kind);
    if (fitting < references.size()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%d of %d answers are none of their row's options as %s",
              references.size() - fitting,
              references.size(),
              kind));
    }
    return KINDS.stream()
        .limit(KINDS.size() - 1)
        .filter(other -> fitting(other) == references.size() && !references.isEmpty())
        .filter(
            other ->
                references.stream().anyMatch(one -> !right(other, one).equals(right(kind, one))))
        .findFirst()
        .map(
            other ->
                String.format(
                    Locale.ROOT,
                    "answers may also be %s, and other options right: look which of them prepare"
                        + " shows as right",
                    other));
  }

  private long fitting(String kind) {
    ProfileRule rule = rule(kind);
    return references.stream().filter(one -> rule.problem(one).isEmpty()).count();
  }

  private static List<String> right(String kind, Reference reference) {
    return rule(kind).rightLetters(reference);
  }

  private static ProfileRule rule(String kind) {
    Object value = kind.startsWith("[") ? List.of("text", "letter") : kind;
    return AnswerRules.of("letter", Map.of("answers_are", value));
  }
}
