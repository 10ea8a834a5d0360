package io.prumerge.report.page;

import io.prumerge.benchmark.Benchmarks;
import io.prumerge.store.Table;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The report's tables, small enough for the driver.
 *
 * @param metrics of each benchmark's own profile, errors counted as wrong
 * @param efficiency all rows
 * @param summary all rows
 * @param contrasts all rows
 * @param runs all rows, earliest first
 */
record ReportRows(
    List<Row> metrics,
    List<Row> efficiency,
    List<Row> summary,
    List<Row> contrasts,
    List<Row> runs) {

  ReportRows {
    metrics = List.copyOf(metrics);
    efficiency = List.copyOf(efficiency);
    summary = List.copyOf(summary);
    contrasts = List.copyOf(contrasts);
    runs = List.copyOf(runs);
  }

  /**
   * @param folder holds the tables {@code metrics, efficiency, summary, contrasts, runs}
   */
  static ReportRows read(SparkSession spark, String folder) {
    return new ReportRows(
        read(spark, folder, Table.METRICS)
            .where(ownProfile())
            .where("NOT endswith(metric, '_answered_only')")
            .collectAsList(),
        read(spark, folder, Table.EFFICIENCY).collectAsList(),
        read(spark, folder, Table.SUMMARY).collectAsList(),
        read(spark, folder, Table.CONTRASTS).collectAsList(),
        read(spark, folder, Table.RUNS).collectAsList().stream()
            .sorted(Comparator.comparing(run -> run.getTimestamp(run.fieldIndex("started_at"))))
            .toList());
  }

  private static Dataset<Row> read(SparkSession spark, String folder, Table table) {
    return table.read(spark, List.of(folder + "/" + table.folder()));
  }

  /** Returns a condition on scores or metrics: the profile is the benchmark's own. */
  static Column ownProfile() {
    return functions
        .concat_ws("/", functions.col("benchmark"), functions.col("profile"))
        .isin(
            Benchmarks.names().stream()
                .map(name -> name + "/" + Benchmarks.named(name).profiles().get(0))
                .toArray());
  }

  /** Returns the method that the others are compared with. */
  String baseline() {
    return summary.isEmpty() ? "none" : summary.get(0).getAs("baseline");
  }

  /** Returns the costs of one method, a row per benchmark. */
  List<Row> costs(MethodRun who) {
    return efficiency.stream().filter(row -> MethodRun.of(row).equals(who)).toList();
  }
}
