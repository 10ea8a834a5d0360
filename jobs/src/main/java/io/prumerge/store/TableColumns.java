package io.prumerge.store;

import static org.apache.spark.sql.functions.lit;

import io.prumerge.source.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A table's columns, which rows of any other origin are checked against.
 *
 * @param table name of the table in errors
 */
public record TableColumns(String table, StructType schema) {

  /** Columns that files of earlier versions lack; there they are null. */
  private static final Set<String> OPTIONAL = Set.of("more_images", "visual_tokens_layer_mean");

  /**
   * Checks that rows have these columns, except those that earlier versions did not write. Other
   * columns may stand beside them.
   *
   * @param name name of the checked rows in the error
   * @throws DataException if a column is missing or has another type
   */
  void require(StructType found, String name) {
    require(found, name, OPTIONAL);
  }

  /** Does the same for a table that rows are appended to, which must have all columns. */
  void requireAll(StructType found, String name) {
    require(found, name, Set.of());
  }

  private void require(StructType found, String name, Set<String> optional) {
    Map<String, String> types =
        Arrays.stream(found.fields())
            .collect(Collectors.toMap(StructField::name, TableColumns::type));
    List<String> wrong = new ArrayList<>();
    for (StructField column : schema.fields()) {
      String type = types.get(column.name());
      if (type == null && optional.contains(column.name())) {
        continue;
      }
      if (type == null) {
        wrong.add("no column " + column.name());
      } else if (!type.equals(type(column))) {
        wrong.add(
            String.format(
                Locale.ROOT, "%s is %s instead of %s", column.name(), type, type(column)));
      }
    }
    if (!wrong.isEmpty()) {
      throw new DataException(
          String.format(
              Locale.ROOT, "%s is not a table of %s: %s", name, table, String.join("; ", wrong)));
    }
  }

  /**
   * Selects these columns from rows of any origin, in this order.
   *
   * @param name name of the rows in an error
   * @throws DataException if a column is missing or has another type
   */
  public Dataset<Row> of(Dataset<Row> rows, String name) {
    require(rows.schema(), name);
    Dataset<Row> whole = rows;
    for (String optional : OPTIONAL) {
      if (has(schema, optional) && !has(rows.schema(), optional)) {
        whole = whole.withColumn(optional, lit(null).cast(schema.apply(optional).dataType()));
      }
    }
    return whole.selectExpr(schema.fieldNames());
  }

  private static boolean has(StructType columns, String name) {
    return Arrays.asList(columns.fieldNames()).contains(name);
  }

  /** Returns a column's type without its nullability: Parquet columns are always nullable. */
  private static String type(StructField column) {
    return column.dataType().catalogString();
  }
}
