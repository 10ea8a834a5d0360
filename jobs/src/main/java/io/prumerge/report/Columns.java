package io.prumerge.report;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.OptionalDouble;
import org.apache.spark.sql.Column;

/** Small pieces of Spark expressions that several tables share. */
final class Columns {

  private Columns() {}

  /** How many rows of the group meet the condition; null does not. */
  static Column countWhere(Column condition) {
    return sum(when(condition, lit(1L)).otherwise(lit(0L)));
  }

  /** A value for a nullable column. */
  static Double boxed(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }
}
