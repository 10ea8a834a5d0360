package io.prumerge.benchmark.file;

import io.prumerge.source.table.CombinedRow;
import io.prumerge.source.table.DataRow;
import java.util.List;
import java.util.function.Supplier;

/** A row with columns of another file's row, which is looked for when one of them is asked for. */
final class JoinedRow extends CombinedRow {

  private final List<String> columns;
  private final Supplier<DataRow> find;

  /** Null until it was asked for. */
  private DataRow other;

  /**
   * @param columns of the other row
   */
  JoinedRow(DataRow row, List<String> columns, Supplier<DataRow> find) {
    super(row);
    this.columns = columns;
    this.find = find;
  }

  @Override
  protected DataRow with(String column, DataRow own) {
    if (!columns.contains(column)) {
      return own;
    }
    if (other == null) {
      other = find.get();
    }
    return other;
  }
}
