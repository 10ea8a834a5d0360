package io.prumerge.benchmark;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One row of MMBench: a question with its options in one rotation.
 *
 * @param index of the row; {@link #circle} names the question
 * @param hint empty where there is none
 * @param options as {@link Letters} has them
 * @param answer a letter; nothing in test files
 * @param ability the {@code l2-category}, where the file has it
 * @param split as the file says, where it does
 * @param where {@code file:line} or the like
 */
record MmBenchRow(
    long index,
    String question,
    String hint,
    List<String> options,
    Optional<String> answer,
    String category,
    Optional<String> ability,
    Optional<String> split,
    String where) {

  private static final long ROTATION = 1_000_000;

  /** What pandas reads as missing, and what LLaVA's script does, in any case, on top of it. */
  private static final Set<String> MISSING =
      Set.of(
          "",
          "#N/A",
          "#N/A N/A",
          "#NA",
          "-1.#IND",
          "-1.#QNAN",
          "1.#IND",
          "1.#QNAN",
          "-NaN",
          "-nan",
          "<NA>",
          "N/A",
          "NA",
          "NULL",
          "n/a",
          "null");

  private static final Set<String> MISSING_IN_ANY_CASE = Set.of("nan", "none");

  MmBenchRow {
    options = List.copyOf(options);
    if (index < 0) {
      throw new DataException(where + ": the index must not be negative, it is " + index);
    }
    if (present(options).size() < 2) {
      throw new DataException(where + ": expected two options or more, found " + options);
    }
    if (answer.isPresent() && !Letters.present(options).contains(answer.get())) {
      throw new DataException(
          "%s: the answer must be one of %s, it is '%s'"
              .formatted(where, Letters.present(options), answer.get()));
    }
  }

  /** A cell's text; nothing where it stands for a missing value. */
  static Optional<String> cell(Optional<String> text) {
    return text.filter(
        value ->
            !MISSING.contains(value)
                && !MISSING_IN_ANY_CASE.contains(value.toLowerCase(Locale.ROOT)));
  }

  /** The index of the row that has the options in their own order. */
  long circle() {
    return index % ROTATION;
  }

  boolean original() {
    return index == circle();
  }

  /** What LLaVA shows: the options up to the first missing one. */
  List<String> shownOptions() {
    int missing = options.indexOf("");
    return missing < 0 ? options : options.subList(0, missing);
  }

  /** Whether another row asks the same, its options in any order. */
  boolean asksAs(MmBenchRow other) {
    return question.equals(other.question)
        && present(options).stream()
            .sorted()
            .toList()
            .equals(present(other.options).stream().sorted().toList());
  }

  private static List<String> present(List<String> options) {
    return options.stream().filter(option -> !option.isEmpty()).toList();
  }
}
