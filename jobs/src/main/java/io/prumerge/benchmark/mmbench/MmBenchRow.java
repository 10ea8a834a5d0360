package io.prumerge.benchmark.mmbench;

import io.prumerge.benchmark.Letters;
import io.prumerge.source.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One row of MMBench: a question with its options in one rotation.
 *
 * @param index of the row; {@link #circle} names the question
 * @param hint empty if there is none
 * @param options as in {@link Letters}
 * @param answer a letter; empty in test files
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

  private static final long ROTATION = 1_000_000;

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
    if (present(options).size() < 2) {
      throw new DataException(where + ": expected two options or more, found " + options);
    }
    if (answer.isPresent() && !Letters.present(options).contains(answer.get())) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: the answer must be one of %s, it is '%s'",
              where,
              Letters.present(options),
              answer.get()));
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

  /** Reads MMBench's columns, whose names and cells differ slightly between its releases. */
  static final class Columns {

    static final List<String> OPTIONS = List.of("A", "B", "C", "D");

    private Columns() {}

    /**
     * Makes a row from its cells.
     *
     * @param cells gives the text in a column; empty if the cell is empty or the column is absent
     * @param where {@code file:line} or the like
     */
    static MmBenchRow row(long index, Function<String, Optional<String>> cells, String where) {
      Function<String, Optional<String>> present = column -> MmBenchRow.cell(cells.apply(column));
      return new MmBenchRow(
          index,
          present
              .apply("question")
              .orElseThrow(() -> new DataException(where + ": 'question' is empty")),
          present.apply("hint").orElse(""),
          options(present),
          present.apply("answer"),
          present
              .apply("category")
              .orElseThrow(() -> new DataException(where + ": 'category' is empty")),
          Stream.of("l2-category", "L2-category")
              .map(present)
              .flatMap(Optional::stream)
              .findFirst(),
          present.apply("split"),
          where);
    }

    private static List<String> options(Function<String, Optional<String>> cells) {
      List<String> options = new ArrayList<>();
      for (String letter : OPTIONS) {
        options.add(cells.apply(letter).orElse(""));
      }
      while (!options.isEmpty() && options.get(options.size() - 1).isEmpty()) {
        options.remove(options.size() - 1);
      }
      return options;
    }

    /** Returns the number of a row. */
    static long index(String text, String where) {
      try {
        return Long.parseLong(text.strip());
      } catch (NumberFormatException e) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s: expected the index of a row, a whole number; found '%s'",
                where,
                text),
            e);
      }
    }
  }
}
