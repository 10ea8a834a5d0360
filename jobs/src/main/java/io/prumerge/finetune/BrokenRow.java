package io.prumerge.finetune;

import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A row that was left out of the training, or that prevents it.
 *
 * @param row number in the file, from 0
 * @param id the row's own id; empty if it has none
 * @param error kind and reason, as {@code image_missing: ...}
 */
record BrokenRow(int row, String id, String error) implements Serializable, Comparable<BrokenRow> {

  private static final long serialVersionUID = 1L;

  static BrokenRow of(int row, String id, RowException problem) {
    return new BrokenRow(
        row, id, problem.kind().name().toLowerCase(Locale.ROOT) + ": " + problem.getMessage());
  }

  @Override
  public int compareTo(BrokenRow other) {
    return Integer.compare(row, other.row);
  }

  /** Returns the row of the table {@code broken_rows}. */
  Row cells() {
    return RowFactory.create((long) row, id, error);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "row %d (%s): %s", row, id, error);
  }
}
