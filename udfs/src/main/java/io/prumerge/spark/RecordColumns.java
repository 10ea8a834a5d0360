package io.prumerge.spark;

import static java.util.stream.Collectors.toSet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a table whose rows are records: a column for each component, in their order, with
 * its name in snake_case. A component that is a record has the columns of its own components in its
 * place, unless it is a {@link StructColumn}. Every column is nullable, and null where its value,
 * or the record that it belongs to, is an empty {@link Optional}. Constants of an enum are text in
 * lower case. Rows are written from records and read as equal ones, with times in microseconds; an
 * optional record whose columns are all null is read as empty.
 *
 * @param <R> the rows
 */
public final class RecordColumns<R extends Record> {

  private final Class<R> type;
  private final RecordLayout layout;

  private RecordColumns(Class<R> type, RecordLayout layout) {
    this.type = type;
    this.layout = layout;
  }

  /**
   * Returns the columns of a table.
   *
   * @throws IllegalArgumentException if a component has a type without a column's, or names too
   *     many or too few columns
   */
  public static <R extends Record> RecordColumns<R> of(Class<R> row) {
    return new RecordColumns<>(row, RecordLayout.of(row));
  }

  public StructType schema() {
    return layout.schema();
  }

  /** Returns the names of the columns that files of earlier versions lack. */
  public Set<String> addedLater() {
    return layout.columns().stream()
        .filter(RecordColumn::addedLater)
        .map(RecordColumn::name)
        .collect(toSet());
  }

  public Row row(R one) {
    return layout.row(one);
  }

  /** Returns the values of a row by the names of their columns, in their order. */
  public Map<String, Object> values(R one) {
    Map<String, Object> values = new LinkedHashMap<>();
    layout.columns().forEach(column -> values.put(column.name(), column.value().apply(one)));
    return values;
  }

  /**
   * Reads a row that begins with these columns, in their order.
   *
   * @throws IllegalArgumentException if a column is null whose component is a number or a boolean
   */
  public R record(Row row) {
    return type.cast(layout.record(row, 0));
  }

  /** Collects these columns of rows. */
  public List<R> collect(Dataset<Row> rows) {
    return rows.selectExpr(schema().fieldNames()).collectAsList().stream()
        .map(this::record)
        .toList();
  }
}
