package io.prumerge.finetune;

import io.prumerge.lang.Text;
import io.prumerge.store.Table;
import java.io.Serializable;
import java.util.Locale;

/**
 * A row that was left out of the training, or that prevents it.
 *
 * @param row number in the file, from 0
 * @param id the row's own id; empty if it has none
 * @param error {@code KIND: REASON}: {@code row_malformed}, {@code row_turns}, {@code row_text},
 *     {@code row_too_long}, {@code image_outside}, {@code image_missing}, {@code image_unusable},
 *     {@code reduction_failed}
 */
public record BrokenRow(long row, String id, String error)
    implements Serializable, Comparable<BrokenRow> {

  /**
   * One row for each row of the training data that was left out, at most 10,000 of those found
   * before training; in the folder of the adapter.
   */
  public static final Table<BrokenRow> TABLE = Table.of("broken_rows", BrokenRow.class);

  private static final long serialVersionUID = 1L;

  static BrokenRow of(int row, String id, RowException problem) {
    return new BrokenRow(
        row, id, problem.kind().name().toLowerCase(Locale.ROOT) + ": " + problem.getMessage());
  }

  @Override
  public int compareTo(BrokenRow other) {
    return Long.compare(row, other.row);
  }

  @Override
  public String toString() {
    return Text.format("row %d (%s): %s", row, id, error);
  }
}
