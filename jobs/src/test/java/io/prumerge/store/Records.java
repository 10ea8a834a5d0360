package io.prumerge.store;

import io.prumerge.spark.RecordColumns;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Rows of tables by some of their columns. */
public final class Records {

  private Records() {}

  /** Returns a row; counts that are not given are 0, flags false, and all else is absent. */
  public static <R extends Record> R of(Class<R> row, Map<String, Object> values) {
    RecordColumns<R> columns = RecordColumns.of(row);
    StructType schema = columns.schema();
    Row given =
        RowFactory.create(
            Stream.of(schema.fields())
                .map(field -> values.getOrDefault(field.name(), absent(field.dataType())))
                .toArray());
    Object internal = CatalystTypeConverters.createToCatalystConverter(schema).apply(given);
    return columns.record(
        (Row) CatalystTypeConverters.createToScalaConverter(schema).apply(internal));
  }

  private static Object absent(DataType type) {
    if (type.equals(DataTypes.LongType)) {
      return 0L;
    }
    return type.equals(DataTypes.BooleanType) ? false : null;
  }
}
