package io.prumerge.benchmark.file;

import io.prumerge.source.DataException;
import io.prumerge.source.table.DataRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The columns of a table with the values of its first rows, and what these look like. */
final class ColumnSample {

  /** Rows that are looked at. */
  private static final int MOST = 1000;

  /** Values of a column that first appears after them which are looked at. */
  private static final int FEW = 100;

  /** Characters of a text that are looked at. */
  private static final int LONGEST = 1000;

  private final List<String> columns;
  private final List<Map<String, OptionCells>> rows = new ArrayList<>();
  private final Map<String, Integer> filled = new HashMap<>();
  private final Set<String> framed = new HashSet<>();
  private long seen;

  ColumnSample(List<String> columns) {
    this.columns = List.copyOf(columns);
  }

  List<String> columns() {
    return columns;
  }

  /**
   * Adds the values of a row: of one of the first, or of one that has something in a column in
   * which few had.
   */
  void add(DataRow row) {
    seen++;
    if (rows.size() >= MOST && !fills(row)) {
      return;
    }
    Map<String, OptionCells> values = new HashMap<>();
    for (String column : columns) {
      if (row.has(column)) {
        filled.merge(column, 1, Integer::sum);
        try {
          values.put(column, cells(row, column).cut(LONGEST));
        } catch (DataException e) { // a struct, as pictures are, or a list of them
          noteFrames(row, column);
        }
      }
    }
    rows.add(values);
  }

  /** Returns the texts as options are read; of a text that only looks like a list, the text. */
  private static OptionCells cells(DataRow row, String column) {
    try {
      return OptionCells.in(row, column);
    } catch (DataException e) {
      return new OptionCells(row.texts(column));
    }
  }

  private void noteFrames(DataRow row, String column) {
    try {
      row.frames(column, "").ifPresent(frames -> framed.add(column));
    } catch (DataException e) {
      return; // a list of something else
    }
  }

  private boolean fills(DataRow row) {
    return columns.stream()
        .anyMatch(column -> filled.getOrDefault(column, 0) < FEW && row.has(column));
  }

  /** Returns the number of rows of the table. */
  long seen() {
    return seen;
  }

  /** Returns the rows' values by columns, the elements of lists one by one; none of pictures. */
  List<Map<String, OptionCells>> rows() {
    return rows;
  }

  /** Returns whether a row has something in a column, be it a picture. */
  boolean isFilled(String column) {
    return filled.containsKey(column);
  }

  /** Returns whether a row holds the frames of a video in a column. */
  boolean holdsFrames(String column) {
    return framed.contains(column);
  }

  /** Returns the columns whose values that are there look so. */
  List<String> having(Predicate<List<String>> such) {
    return columns.stream().filter(column -> looks(column, such)).toList();
  }

  /** Returns whether there are values in a column, and they look so. */
  boolean looks(String column, Predicate<List<String>> such) {
    List<String> texts = of(column).stream().flatMap(List::stream).toList();
    return !texts.isEmpty() && such.test(texts);
  }

  /** Returns a column's values that are there. */
  List<List<String>> of(String column) {
    return rows.stream()
        .filter(row -> row.containsKey(column))
        .map(row -> row.get(column).texts())
        .toList();
  }

  /** Returns whether each row has another value in a column. */
  boolean isUnique(String column) {
    return !of(column).isEmpty() && new HashSet<>(of(column)).size() == of(column).size();
  }
}
