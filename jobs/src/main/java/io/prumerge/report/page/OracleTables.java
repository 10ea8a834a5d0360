package io.prumerge.report.page;

import io.prumerge.console.Texts;
import io.prumerge.leaderboard.NominalBudget;
import io.prumerge.leaderboard.Oracle;
import java.util.List;

/** What a perfect choice of the method for each question would give. */
final class OracleTables {

  private static final String ALL = "all";

  private final List<Oracle> rows;
  private final ReportMethods lineup;

  OracleTables(List<Oracle> rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  TableView table() {
    return new TableColumns<Oracle>()
        .text("methods", this::name)
        .text("benchmark", row -> TableCell.text(ReportRows.split(row.benchmark(), row.split())))
        .number("questions", row -> TableCell.number(row.n()))
        .number("baseline %", row -> TableCell.number(row.baselineScore(), 1))
        .number(
            "best method %",
            row -> TableCell.number(row.bestScore(), 1).noted(lineup.shown(best(row))))
        .number("best of all %", row -> TableCell.number(row.oracleScore(), 1))
        .number("answers kept %", row -> TableCell.number(row.keptShare(), 1))
        .number("baseline's tokens", row -> TableCell.number(row.visualTokensBaselineMean(), 1))
        .number("fewest tokens", row -> TableCell.number(row.visualTokensFewestMean(), 1))
        .of("What the best method for each question would give", rows);
  }

  private TableCell name(Oracle row) {
    String budget = row.budget();
    String words = budget.equals(ALL) ? "All methods" : NominalBudget.words(budget);
    String count = Texts.count(row.nMethods(), "method");
    String ran = lineup.ran(best(row));
    return TableCell.name(words).noted(ran.isEmpty() ? count : ran + ", " + count);
  }

  private static MethodRun best(Oracle row) {
    return new MethodRun(row.runId(), row.model(), row.bestMethod());
  }
}
