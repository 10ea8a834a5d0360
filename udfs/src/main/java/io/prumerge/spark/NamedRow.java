package io.prumerge.spark;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** A row that is made on an executor: its values by their columns' names, null where none is. */
public final class NamedRow {

  private final StructType columns;
  private final Object[] values;

  public NamedRow(StructType columns) {
    this.columns = columns;
    this.values = new Object[columns.size()];
  }

  /**
   * Puts a value.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public NamedRow with(String column, Object value) {
    values[columns.fieldIndex(column)] = value;
    return this;
  }

  /** Returns the values in the order of the columns. */
  public Row row() {
    return RowFactory.create(values);
  }
}
