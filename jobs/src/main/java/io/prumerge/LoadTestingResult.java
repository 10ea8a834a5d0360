package io.prumerge;

import io.prumerge.load.LoadResult;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.figure.LoadRow;
import io.prumerge.store.Table;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A finished load test. */
public final class LoadTestingResult {

  private final SparkSession spark;
  private final LoadResult result;

  LoadTestingResult(SparkSession spark, LoadResult result) {
    this.spark = spark;
    this.result = result;
  }

  /** Returns one row per request: the table {@code load}. */
  public Dataset<Row> requests() {
    return LoadRow.TABLE.read(spark, List.of(result.requests().toString()));
  }

  /** Returns one row per server and point: the table {@code report/load}. */
  public Dataset<Row> points() {
    Table<LoadPointRow> table = LoadPointRow.TABLE;
    return table.of(spark, table.rows(result.report().points()));
  }

  /** Returns the points as one JSON document. */
  public String json() {
    return result.report().json();
  }

  /** Returns the page's path. */
  public String page() {
    return result.page().toString();
  }
}
