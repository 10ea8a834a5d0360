package io.prumerge.report.page;

import io.prumerge.metric.Metric;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How many answers have no value for their benchmark's parser, so that they are wrong, left out, or
 * decided by a rule in their place: a line for each method with such answers.
 */
final class UndecidedTable {

  private static final double PERCENT = 100;

  private final List<Metric> figures;
  private final Headlines headlines;
  private final ReportMethods lineup;

  UndecidedTable(ReportRows rows, Headlines headlines, ReportMethods lineup) {
    this.figures = rows.metrics().stream().filter(Metric::headline).toList();
    this.headlines = headlines;
    this.lineup = lineup;
  }

  TableView table() {
    TableColumns<MethodRun> columns =
        new TableColumns<MethodRun>()
            .text("method", who -> TableCell.name(lineup.shown(who)).noted(lineup.ran(who)));
    headlines
        .columns()
        .forEach(
            one ->
                columns.number(
                    one.title(),
                    who ->
                        figure(who, one)
                            .map(UndecidedTable::cell)
                            .orElse(TableCell.text(Values.ABSENT))));
    return columns.of(
        "Undecided answers",
        lineup.all().stream()
            .filter(
                who ->
                    headlines.columns().stream()
                        .flatMap(one -> figure(who, one).stream())
                        .anyMatch(figure -> figure.counts().unparsed() > 0))
            .toList());
  }

  private Optional<Metric> figure(MethodRun who, HeadlineColumn column) {
    return figures.stream()
        .filter(row -> MethodRun.of(row).equals(who) && column.isOf(row))
        .findFirst();
  }

  /** Returns the number of such answers, and of questions, and how many a rule decided. */
  private static TableCell cell(Metric figure) {
    long questions = figure.counts().n() + figure.counts().missing();
    String of = String.format(Locale.ROOT, "of %,d", questions);
    return TableCell.number(figure.counts().unparsed())
        .noted(
            figure
                .replaced()
                .filter(replaced -> replaced > 0)
                .map(
                    replaced ->
                        String.format(
                            Locale.ROOT,
                            "%s; for %,d (%.1f %% of all) the nearest or a drawn value counts",
                            of,
                            replaced,
                            PERCENT * replaced / questions))
                .orElse(of));
  }
}
