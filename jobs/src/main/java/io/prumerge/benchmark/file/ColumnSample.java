package io.prumerge.benchmark.file;

import io.prumerge.source.DataException;
import io.prumerge.source.table.DataRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The columns of a table with the values of its first rows, and what these look like.
 *
 * @param values of each column, the elements of lists one by one; none of a column of pictures
 */
record ColumnSample(List<String> columns, Map<String, List<List<String>>> values) {

  /** Rows that are looked at. */
  static final int MOST = 200;

  /** Adds the values of a row. */
  void add(DataRow row) {
    for (String column : columns) {
      List<List<String>> known = values.computeIfAbsent(column, absent -> new ArrayList<>());
      if (known.size() < MOST && row.has(column)) {
        try {
          known.add(row.texts(column));
        } catch (DataException e) {
          // a struct, as pictures are
        }
      }
    }
  }

  /** Returns the first of these names that is a column, whatever its case; empty if none is. */
  String first(String... names) {
    for (String name : names) {
      for (String column : columns) {
        if (column.toLowerCase(Locale.ROOT).equals(name)) {
          return column;
        }
      }
    }
    return "";
  }

  /** Returns the one column whose values that are there look so; empty if none does, or several. */
  String only(Predicate<List<String>> such) {
    List<String> found =
        columns.stream()
            .filter(column -> !of(column).isEmpty())
            .filter(column -> such.test(of(column).stream().flatMap(List::stream).toList()))
            .toList();
    return found.size() == 1 ? found.get(0) : "";
  }

  /** Returns the columns A, B, ... as far as they go. */
  List<String> letters() {
    return IntStream.rangeClosed('A', 'Z')
        .mapToObj(Character::toString)
        .takeWhile(columns::contains)
        .toList();
  }

  /** Returns a column's values that are there. */
  List<List<String>> of(String column) {
    return values.getOrDefault(column, List.of());
  }

  /** Returns whether each row has another value in a column. */
  boolean isUnique(String column) {
    return !of(column).isEmpty() && new HashSet<>(of(column)).size() == of(column).size();
  }
}
