package io.prumerge.spark.version;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.classic.ColumnNodeToExpressionConverter$;
import org.apache.spark.sql.classic.ExpressionUtils;

/** Converts between public columns and the analyser's expressions. */
public final class Columns {

  private Columns() {}

  /** Returns a column of the expression. */
  public static Column of(Expression expression) {
    return ExpressionUtils.column(expression);
  }

  /** Returns the column's expression. */
  public static Expression expression(Column column) {
    // The expression of ExpressionUtils stays unresolved where Spark has registered the function.
    return ColumnNodeToExpressionConverter$.MODULE$.apply(column.node());
  }
}
