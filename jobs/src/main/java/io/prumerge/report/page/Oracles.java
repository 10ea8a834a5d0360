package io.prumerge.report.page;

import io.prumerge.leaderboard.NominalBudget;
import java.util.ArrayList;
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
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("methods"));
    titles.add(TableView.Column.text("benchmark"));
    titles.add(TableView.Column.number("questions"));
    titles.add(TableView.Column.number("baseline %"));
    titles.add(TableView.Column.number("best method %"));
    titles.add(TableView.Column.number("best of all %"));
    titles.add(TableView.Column.number("answers kept %"));
    titles.add(TableView.Column.number("baseline's tokens"));
    titles.add(TableView.Column.number("fewest tokens"));
    List<TableView.Line> lines = new ArrayList<>();
    for (Row row : rows) {
      List<TableView.Cell> cells = new ArrayList<>();
      cells.add(name(row));
      cells.add(TableView.Cell.text(benchmark.apply(row)));
      cells.add(TableView.Cell.number(Values.of(row, "n"), 0));
      cells.add(TableView.Cell.number(Values.of(row, "baseline_score"), 1));
      cells.add(
          TableView.Cell.number(Values.of(row, "best_score"), 1).noted(row.getAs("best_method")));
      cells.add(TableView.Cell.number(Values.of(row, "oracle_score"), 1));
      cells.add(TableView.Cell.number(Values.of(row, "kept_share"), 1));
      cells.add(TableView.Cell.number(Values.of(row, "visual_tokens_baseline_mean"), 1));
      cells.add(TableView.Cell.number(Values.of(row, "visual_tokens_fewest_mean"), 1));
      lines.add(new TableView.Line(cells));
    }
    return new TableView("Best method for each question", titles, lines);
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
