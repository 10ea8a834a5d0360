package io.prumerge.report.page;

import io.prumerge.leaderboard.ComparedAnswers.Agreement;
import io.prumerge.leaderboard.ComparedAnswers.Oracle;
import io.prumerge.leaderboard.Leaderboard.Standing;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.page.ReportMethods.MethodRun;
import io.prumerge.score.Scores;
import io.prumerge.store.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

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
   * @param tables all rows of the report's tables
   */
  static ReportRows of(Map<Table<?>, List<Row>> tables) {
    return new ReportRows(
        tables.get(Metric.TABLE).stream().filter(ReportRows::isShown).toList(),
        tables.get(Table.EFFICIENCY),
        tables.get(MethodSummary.TABLE),
        tables.get(ContrastResult.TABLE),
        tables.get(Standing.TABLE),
        tables.get(Agreement.TABLE),
        tables.get(Oracle.TABLE),
        tables.get(Table.RUNS).stream()
            .sorted(Comparator.comparing(run -> run.getTimestamp(run.fieldIndex("started_at"))))
            .toList());
  }

  private static boolean isShown(Row metric) {
    return Scores.isOwnProfile(metric.getAs("benchmark"), metric.getAs("profile"))
        && !metric.<String>getAs("metric").endsWith("_answered_only");
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
