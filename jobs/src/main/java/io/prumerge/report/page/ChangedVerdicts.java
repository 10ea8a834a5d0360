package io.prumerge.report.page;

import io.prumerge.leaderboard.Agreement;
import java.util.List;

/**
 * How many verdicts each method changes against the baseline of its run: a line for each benchmark
 * in which both answered, unless the rows are of a version that did not count them.
 */
final class ChangedVerdicts {

  private final List<Agreement> rows;
  private final ReportMethods lineup;

  ChangedVerdicts(ReportRows rows, ReportMethods lineup) {
    this.rows =
        rows.agreement().stream()
            .filter(row -> row.a().equals(rows.baseline()) && row.n() > 0)
            .filter(row -> row.nRightToWrong().isPresent())
            .distinct()
            .toList();
    this.lineup = lineup;
  }

  TableView table() {
    return new TableColumns<Agreement>()
        .text("method", row -> TableCell.name(lineup.shown(who(row))).noted(lineup.ran(who(row))))
        .text("benchmark", row -> TableCell.text(ReportRows.split(row.benchmark(), row.split())))
        .number("questions", row -> TableCell.number(row.n()))
        .number("right to wrong", row -> TableCell.number(row.nRightToWrong().orElseThrow()))
        .number("wrong to right", row -> TableCell.number(row.nWrongToRight().orElseThrow()))
        .number("same answer %", row -> TableCell.number(row.sameAnswer(), 1))
        .of("Changed verdicts", rows);
  }

  private static MethodRun who(Agreement row) {
    return new MethodRun(row.runId(), row.model(), row.b());
  }
}
