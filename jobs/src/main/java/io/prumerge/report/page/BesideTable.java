package io.prumerge.report.page;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.report.BesidePublished;
import io.prumerge.report.FigureText;
import io.prumerge.report.PublishedCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** The report's figures beside published ones: a line for each two. */
final class BesideTable {

  /** Of more lines, a reader looks at the table in Parquet. */
  private static final int MOST = 200;

  private static final int LONGEST = 300;

  private final PublishedCheck check;
  private final ReportMethods lineup;
  private final List<String> sources = new ArrayList<>();

  BesideTable(PublishedCheck check, ReportMethods lineup) {
    this.check = check;
    this.lineup = lineup;
  }

  BesideFigures figures() {
    List<BesidePublished> rows = check.rows().stream().limit(MOST).toList();
    TableView table =
        new TableColumns<BesidePublished>()
            .text("method", this::method)
            .number("difference", BesideTable::difference)
            .number("here", BesideTable::here)
            .number("published", BesideTable::printed)
            .text("source", row -> TableCell.text(source(row)))
            .of("Figures here and published, in points", rows);
    List<String> notes = new ArrayList<>();
    if (rows.size() < check.rows().size()) {
      notes.add(
          Text.format(
              "The first %,d of %,d; the table report/published has all.",
              rows.size(), check.rows().size()));
    }
    if (!check.apart().isEmpty()) {
      notes.add(check.apart() + ".");
    }
    check.remarks().forEach(remark -> notes.add(shown(remark)));
    return new BesideFigures(table, check.sentence(), notes, sources);
  }

  private TableCell method(BesidePublished row) {
    MethodRun who = MethodRun.of(row.method());
    return TableCell.name(lineup.shown(who))
        .noted(
            ReportRows.split(row.key().benchmark(), row.key().split())
                + " "
                + row.metric()
                + (lineup.several() ? "\n" + lineup.ran(who) : ""));
  }

  private static TableCell here(BesidePublished row) {
    return TableCell.number(row.value(), 1)
        .noted(
            row.interval()
                .map(
                    interval ->
                        Values.fixed(OptionalDouble.of(interval.low()), 1)
                            + " to "
                            + Values.fixed(OptionalDouble.of(interval.high()), 1))
                .orElse(""));
  }

  private static TableCell printed(BesidePublished row) {
    return TableCell.number(
            OptionalDouble.of(row.published().score()), FigureText.printed(row.published().score()))
        .noted(row.published().remark().map(BesideTable::shown).orElse(""));
  }

  private static TableCell difference(BesidePublished row) {
    return TableCell.number(row.difference(), signed(row.difference()))
        .noted(shown(String.join("\n", row.unlike())));
  }

  private static String signed(OptionalDouble points) {
    String fixed = Values.fixed(points, 1);
    return points.orElse(0) > 0 ? "+" + fixed : fixed;
  }

  /** Returns the number of a source, from 1. */
  private String source(BesidePublished row) {
    Optional<String> source = row.published().source().map(BesideTable::shown);
    if (source.isEmpty()) {
      return Values.ABSENT;
    }
    if (!sources.contains(source.get())) {
      sources.add(source.get());
    }
    return Text.format("[%d]", sources.indexOf(source.get()) + 1);
  }

  private static String shown(String foreign) {
    return Texts.shown(foreign, LONGEST);
  }
}
