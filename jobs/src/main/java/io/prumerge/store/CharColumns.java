package io.prumerge.store;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.rtrim;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import io.prumerge.source.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.util.CharVarcharUtils;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * Columns of SQL's CHAR(n), of which Spark gives strings of n characters: the blanks at their ends
 * are no part of the values, which SQL compares without them.
 */
final class CharColumns {

  private CharColumns() {}

  /** Returns rows without those blanks, in structs and arrays, too; others as they are. */
  static Dataset<Row> trimmed(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    boolean any = false;
    for (StructField field : rows.schema().fields()) {
      Column value = col(TableName.quoted(field.name()));
      Option<DataType> declared = CharVarcharUtils.getRawType(field.metadata());
      boolean padded = declared.isDefined() && isPadded(declared.get());
      any |= padded;
      columns.add(padded ? trimmed(value, declared.get()).as(field.name()) : value);
    }
    return any ? rows.select(columns.toArray(Column[]::new)) : rows;
  }

  private static boolean isPadded(DataType type) {
    if (type instanceof ArrayType list) {
      return isPadded(list.elementType());
    }
    return type instanceof CharType
        || type instanceof StructType fields
            && Arrays.stream(fields.fields()).anyMatch(field -> isPadded(field.dataType()));
  }

  private static Column trimmed(Column value, DataType type) {
    if (!isPadded(type)) {
      return value;
    }
    if (type instanceof ArrayType list) {
      return transform(value, one -> trimmed(one, list.elementType()));
    }
    return type instanceof StructType fields
        ? when(
            value.isNotNull(),
            struct(
                Arrays.stream(fields.fields())
                    .map(
                        field ->
                            trimmed(value.getField(field.name()), field.dataType())
                                .as(field.name()))
                    .toArray(Column[]::new)))
        : rtrim(value);
  }
}
