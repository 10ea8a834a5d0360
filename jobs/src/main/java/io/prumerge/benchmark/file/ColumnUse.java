package io.prumerge.benchmark.file;

import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import io.prumerge.source.table.DataTable;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A column that a benchmark's file names.
 *
 * @param key where, such as {@code columns.image}
 * @param line of the file, from 1
 */
record ColumnUse(String key, String column, int line) {

  /** Returns whether it is among a table's fields. */
  boolean isIn(Collection<String> fields) {
    return fields.contains(column)
        || column.equals(QuestionColumns.FILE)
        || PlacedAnswers.NAMED.containsKey(column);
  }

  /**
   * Returns the fault, if a table lacks the column.
   *
   * @param file the benchmark's file
   * @param table its name
   * @param fields its columns and the fields in them
   */
  Optional<String> problem(
      String file, String table, List<String> columns, Collection<String> fields) {
    if (isIn(fields)) {
      return Optional.empty();
    }
    String outer = DataTable.outer(column);
    boolean within = !outer.equals(column) && columns.contains(outer);
    List<String> known =
        within ? fields.stream().filter(one -> one.startsWith(outer + ".")).toList() : columns;
    return Optional.of(
        problem(
            file,
            Text.format(
                "%s has no %s '%s'; its %s: %s%s",
                table,
                within ? "field" : "column",
                column,
                within ? "fields in '" + outer + "'" : "columns",
                known.isEmpty() ? "none" : String.join(", ", known),
                Unknown.suggestion(column, fields))));
  }

  /** Returns a fault of the column, with the place where the benchmark's file names it. */
  String problem(String file, String problem) {
    return Text.format("%s:%d: %s: %s", file, line, key, problem);
  }
}
