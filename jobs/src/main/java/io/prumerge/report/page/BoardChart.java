package io.prumerge.report.page;

import io.prumerge.leaderboard.NominalBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The leaderboard as a chart: a line per method, on it a point for each budget.
 *
 * @param budgets in words, the most tokens first
 * @param methods without tokens and seed, best first at the largest budget
 * @param points one for each line of each table
 */
record BoardChart(List<String> budgets, List<String> methods, List<Point> points) {

  /**
   * @param method number of the method
   * @param budget number of the budget
   * @param name the line's name in its table
   * @param value retention, in percent
   * @param low lower end of its interval; null without one
   * @param tokens visual tokens in a decoder layer
   */
  record Point(
      int method, int budget, String name, Double value, Double low, Double high, Double tokens) {}

  /**
   * @param rows of the table {@code leaderboard}
   * @param baseline the method that the others are compared with, which is no point
   */
  static BoardChart of(List<Row> rows, ReportMethods lineup, String baseline) {
    List<Row> shown =
        rows.stream()
            .filter(row -> !row.<String>getAs("method").equals(baseline))
            .filter(row -> row.getAs("retention") != null)
            .toList();
    BoardNames names = new BoardNames(rows);
    List<String> budgets =
        shown.stream().map(row -> row.<String>getAs("budget")).distinct().toList();
    List<String> methods =
        shown.stream()
            .sorted(
                Comparator.<Row>comparingInt(row -> budgets.indexOf(row.<String>getAs("budget")))
                    .thenComparing(row -> -row.<Double>getAs("retention")))
            .map(row -> label(row, names, lineup))
            .distinct()
            .toList();
    List<Point> points = new ArrayList<>();
    for (Row row : shown) {
      points.add(
          new Point(
              methods.indexOf(label(row, names, lineup)),
              budgets.indexOf(row.<String>getAs("budget")),
              row.getAs("method"),
              row.getAs("retention"),
              row.getAs("retention_ci_low"),
              row.getAs("retention_ci_high"),
              row.getAs("visual_tokens_layer_mean")));
    }
    return new BoardChart(budgets.stream().map(NominalBudget::words).toList(), methods, points);
  }

  private static String label(Row row, BoardNames names, ReportMethods lineup) {
    MethodRun who = new MethodRun(row.getAs("run_id"), row.getAs("model"), BoardNames.first(row));
    String ran = lineup.ran(who);
    return ran.isEmpty() ? names.of(row) : names.of(row) + " · " + ran;
  }
}
