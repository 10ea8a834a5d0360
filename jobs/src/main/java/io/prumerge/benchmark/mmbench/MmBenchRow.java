package io.prumerge.benchmark.mmbench;

import io.prumerge.benchmark.Letters;
import io.prumerge.source.DataException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * One row of MMBench: a question with its options in one rotation.
 *
 * @param index of the row; {@link #circle} names the question
 * @param hint empty if there is none
 * @param options as in {@link Letters}; pandas, by which all evaluators read the file, takes an
 *     option such as "None" for missing
 * @param answer a letter; empty in test files. Where its option is missing, no answer is right, as
 *     for the evaluators
 * @param ability the {@code l2-category}, if the file has it
 * @param split the {@code split} column, if the file has it
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

  static final long ROTATION = 1_000_000;

  /**
   * Values that pandas reads as missing. Below: values that LLaVA's script also treats as missing,
   * in upper or lower case.
   */
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
  }

  /** Returns a cell's text; empty if it stands for a missing value. */
  static Optional<String> cell(Optional<String> text) {
    return text.filter(
        value ->
            !MISSING.contains(value)
                && !MISSING_IN_ANY_CASE.contains(value.toLowerCase(Locale.ROOT)));
  }

  /** Returns the index of the row with the options in their original order. */
  long circle() {
    return index % ROTATION;
  }

  /** Returns the name of the circle as a unit. */
  String unit() {
    return Long.toString(circle());
  }

  boolean original() {
    return index == circle();
  }

  /** Returns the options that LLaVA shows: those before the first missing one. */
  List<String> shownOptions() {
    int missing = options.indexOf("");
    return missing < 0 ? options : options.subList(0, missing);
  }

  /** Returns whether another row asks the same question, with the options in any order. */
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
