package io.prumerge.store;

import java.util.List;
import org.apache.spark.sql.SparkSession;

/** The rows of a table, which the driver holds. */
public record TableRows<R extends Record>(Table<R> table, List<R> rows) {

  public TableRows {
    rows = List.copyOf(rows);
  }

  /** Writes them to a new folder, as one file and without a Spark job. */
  public void write(SparkSession spark, String path) {
    table.write(spark, rows, path);
  }
}
