package io.prumerge.report.page;

import io.prumerge.score.Scores;
import io.prumerge.store.Table;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The report's tables, small enough for the driver.
 *
 * @param metrics of each benchmark's own profile, errors counted as wrong
 * @param efficiency all rows
 * @param summary all rows
 * @param contrasts all rows
 * @param leaderboard all rows, table by table
 * @param agreement all rows
 * @param oracle all rows
 * @param runs all rows, earliest first
 */
record ReportRows(
    List<Row> metrics,
    List<Row> efficiency,
    List<Row> summary,
    List<Row> contrasts,
    List<Row> leaderboard,
    List<Row> agreement,
    List<Row> oracle,
    List<Row> runs) {

  ReportRows {
    metrics = List.copyOf(metrics);
    efficiency = List.copyOf(efficiency);
    summary = List.copyOf(summary);
    contrasts = List.copyOf(contrasts);
    leaderboard = List.copyOf(leaderboard);
    agreement = List.copyOf(agreement);
    oracle = List.copyOf(oracle);
    runs = List.copyOf(runs);
  }

  /**
   * @param folder holds the report's tables, as they were just written
   */
  static ReportRows read(SparkSession spark, String folder) {
    return new ReportRows(
        read(spark, folder, Table.METRICS)
            .where(Scores.ownProfile())
            .where("NOT endswith(metric, '_answered_only')")
            .collectAsList(),
        read(spark, folder, Table.EFFICIENCY).collectAsList(),
        read(spark, folder, Table.SUMMARY).collectAsList(),
        read(spark, folder, Table.CONTRASTS).collectAsList(),
        read(spark, folder, Table.LEADERBOARD).collectAsList(),
        read(spark, folder, Table.AGREEMENT).collectAsList(),
        read(spark, folder, Table.ORACLE).collectAsList(),
        read(spark, folder, Table.RUNS).collectAsList().stream()
            .sorted(Comparator.comparing(run -> run.getTimestamp(run.fieldIndex("started_at"))))
            .toList());
  }

  private static Dataset<Row> read(SparkSession spark, String folder, Table table) {
    return table.written(spark, List.of(folder + "/" + table.folder()));
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
