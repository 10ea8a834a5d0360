package io.prumerge.store;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.OptionalDouble;
import org.apache.spark.sql.Column;

/** Spark expressions that several tables share. */
public final class ColumnExpressions {

  private ColumnExpressions() {}

  /** Counts the rows of a group that meet the condition; null does not. */
  public static Column countWhere(Column condition) {
    return sum(when(condition, lit(1L)).otherwise(lit(0L)));
  }

  /** Returns a value for a nullable column, null if empty. */
  public static Double boxed(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }
}
