package io.prumerge.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Small pieces of Spark expressions that several tables share. */
final class Columns {

  private Columns() {}

  /** The columns of these names, and some more. */
  static Column[] of(String[] names, Column... more) {
    return Stream.concat(Arrays.stream(names).map(functions::col), Arrays.stream(more))
        .toArray(Column[]::new);
  }

  /** How many rows of the group meet the condition; null does not. */
  static Column countWhere(Column condition) {
    return sum(when(condition, lit(1L)).otherwise(lit(0L)));
  }

  /** Sums of columns by group, under their own names. */
  static Dataset<Row> sums(Dataset<Row> rows, Column[] group, String... names) {
    Column[] sums =
        Arrays.stream(names).map(name -> sum(col(name)).as(name)).toArray(Column[]::new);
    return rows.groupBy(group).agg(sums[0], Arrays.copyOfRange(sums, 1, sums.length));
  }

  /** A value for a nullable column. */
  static Double boxed(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }
}
