package io.prumerge.benchmark.file;

import io.prumerge.source.table.CombinedRow;
import io.prumerge.source.table.DataRow;
import java.util.Optional;

/** A row that has one of the values of a column. */
final class RowOfValue extends CombinedRow {

  private final String column;
  private final String value;

  RowOfValue(DataRow row, String column, String value) {
    super(row);
    this.column = column;
    this.value = value;
  }

  @Override
  protected DataRow with(String asked, DataRow own) {
    return asked.equals(column) ? new TextCell(own, Optional.of(value)) : own;
  }
}
