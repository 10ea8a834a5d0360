package io.prumerge.benchmark.file;

import io.prumerge.service.Unknown;
import io.prumerge.source.table.DataTable;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * A column that a benchmark's file names.
 *
 * @param key where, such as {@code columns.image}
 * @param line of the file, from 1
 */
record ColumnUse(String key, String column, int line) {

  /** Returns whether it is among these. */
  boolean isIn(Collection<String> columns) {
    return columns.contains(column)
        || columns.contains(DataTable.outer(column))
        || column.equals(QuestionColumns.FILE);
  }

  /**
   * Returns the fault, if a table lacks the column.
   *
   * @param file the benchmark's file
   * @param table its name
   */
  Optional<String> problem(String file, String table, Collection<String> columns) {
    return isIn(columns)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s:%d: %s: %s has no column '%s'; its columns: %s%s",
                file,
                line,
                key,
                table,
                column,
                String.join(", ", columns),
                Unknown.suggestion(column, columns)));
  }
}
