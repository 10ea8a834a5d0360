package io.prumerge.report.page;

import io.prumerge.lang.Text;
import io.prumerge.report.ProtocolEffect;
import io.prumerge.report.ProtocolSentences;
import io.prumerge.report.ProtocolText;
import io.prumerge.report.Report;
import java.util.OptionalDouble;

/** What moves the figures of runs about videos: a line for each difference. */
final class ProtocolTable {

  private ProtocolTable() {}

  static ProtocolFigures figures(Report report) {
    return new ProtocolFigures(
        ProtocolSentences.of(report),
        new TableColumns<ProtocolEffect>()
            .text(
                "difference",
                row ->
                    TableCell.name(ProtocolText.difference(row, report.names()))
                        .noted(ProtocolText.words(row.kind())))
            .text(
                "benchmark",
                row ->
                    TableCell.text(ReportRows.split(row.benchmark(), row.split()))
                        .noted(row.metric()))
            .number("points", row -> FigureCell.of(row.comparison()).differenceCell())
            .number("tokens", ProtocolTable::tokens)
            .number("questions", row -> TableCell.number(row.questions()))
            .number("errors", ProtocolTable::errors)
            .number("videos", row -> TableCell.number(row.videos()))
            .of(
                "Differences by frames and by methods, with their 95 % intervals",
                report.protocols()));
  }

  private static TableCell errors(ProtocolEffect row) {
    TableCell own = TableCell.number(row.errorsA());
    return row.hasErrorsOfOne() ? own.noted(Text.format("against %,d", row.errorsB())) : own;
  }

  private static TableCell tokens(ProtocolEffect row) {
    TableCell own = TableCell.number(row.tokensA(), 1);
    OptionalDouble other = row.tokensB();
    return other.isPresent() && !other.equals(row.tokensA())
        ? own.noted("against " + Values.fixed(other, 1))
        : own;
  }
}
