package io.prumerge.spark.version;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;

/** Converts between public columns and the analyser's expressions. */
public final class Columns {

  private Columns() {}

  /** Returns a column of the expression. */
  public static Column of(Expression expression) {
    return new Column(expression);
  }

  /** Returns the column's expression. */
  public static Expression expression(Column column) {
    return column.expr();
  }
}
