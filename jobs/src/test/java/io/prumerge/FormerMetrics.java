package io.prumerge;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import io.prumerge.metric.Metric;
import io.prumerge.store.Table;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What reports of earlier versions say, too. */
final class FormerMetrics {

  private FormerMetrics() {}

  /**
   * Returns a report's rows without what earlier versions did not say: tests of categories were not
   * corrected, and nothing was said of few images.
   */
  static Dataset<Row> of(Table<?> table, Dataset<Row> rows) {
    if (table != Metric.TABLE) {
      return rows;
    }
    Dataset<Row> former = rows;
    for (String column : List.of("family", "p_adjusted", "caveat")) {
      former = former.withColumn(column, when(col("category").equalTo("all"), col(column)));
    }
    return former;
  }
}
