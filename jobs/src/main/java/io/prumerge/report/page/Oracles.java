package io.prumerge.report.page;

import io.prumerge.leaderboard.NominalBudget;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** What a perfect choice of the method for each question would give. */
final class Oracles {

  private static final String ALL = "all";

  private final List<Row> rows;
  private final ReportMethods lineup;

  /**
   * @param rows of the table {@code oracle}
   */
  Oracles(List<Row> rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  /**
   * @param benchmark names a row's benchmark
   */
  TableView table(Function<Row, String> benchmark) {
    return new TableView.Columns<Row>()
        .text("methods", this::name)
        .text("benchmark", row -> TableView.Cell.text(benchmark.apply(row)))
        .number("questions", row -> TableView.Cell.number(row, "n", 0))
        .number("baseline %", row -> TableView.Cell.number(row, "baseline_score", 1))
        .number(
            "best method %",
            row -> TableView.Cell.number(row, "best_score", 1).noted(row.getAs("best_method")))
        .number("best of all %", row -> TableView.Cell.number(row, "oracle_score", 1))
        .number("answers kept %", row -> TableView.Cell.number(row, "kept_share", 1))
        .number(
            "baseline's tokens",
            row -> TableView.Cell.number(row, "visual_tokens_baseline_mean", 1))
        .number("fewest tokens", row -> TableView.Cell.number(row, "visual_tokens_fewest_mean", 1))
        .of("Best method for each question", rows);
  }

  private TableView.Cell name(Row row) {
    String budget = row.getAs("budget");
    String words = budget.equals(ALL) ? "All methods" : NominalBudget.words(budget);
    MethodRun any =
        new MethodRun(row.getAs("run_id"), row.getAs("model"), row.getAs("best_method"));
    String count = row.<Long>getAs("n_methods") + " methods";
    String ran = lineup.ran(any);
    return TableView.Cell.name(words).noted(ran.isEmpty() ? count : ran + ", " + count);
  }
}
