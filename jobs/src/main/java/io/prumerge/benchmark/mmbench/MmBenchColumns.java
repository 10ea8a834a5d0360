package io.prumerge.benchmark.mmbench;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads MMBench's columns, whose names and cells differ slightly between its releases. */
final class MmBenchColumns {

  static final List<String> OPTIONS = List.of("A", "B", "C", "D");

  private MmBenchColumns() {}

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
        Stream.of("l2-category", "L2-category").map(present).flatMap(Optional::stream).findFirst(),
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
          Text.format("%s: expected the index of a row, a whole number; found '%s'", where, text),
          e);
    }
  }
}
