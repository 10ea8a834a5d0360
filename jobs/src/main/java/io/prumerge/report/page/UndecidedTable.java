package io.prumerge.report.page;

import io.prumerge.lang.Text;
import io.prumerge.metric.Metric;
import io.prumerge.metric.QuestionCounts;
import java.util.List;
import java.util.Optional;

/**
 * How many answers have no value for their benchmark's parser, so that they are wrong, left out, or
 * decided by a rule in their place: a line for each method with such answers.
 */
final class UndecidedTable {

  private final List<Metric> figures;
  private final Headlines headlines;
  private final ReportMethods lineup;

  UndecidedTable(ReportRows rows, Headlines headlines, ReportMethods lineup) {
    this.figures = rows.metrics().stream().filter(Metric::headline).toList();
    this.headlines = headlines;
    this.lineup = lineup;
  }

  TableView table() {
    return headlines
        .table((who, one) -> counts(who, one).map(UndecidedTable::cell))
        .of(
            "Undecided answers",
            lineup.all().stream()
                .filter(
                    who ->
                        headlines.columns().stream()
                            .flatMap(one -> counts(who, one).stream())
                            .anyMatch(counts -> counts.unparsed() > 0))
                .toList());
  }

  private Optional<QuestionCounts> counts(MethodRun who, HeadlineColumn column) {
    return figures.stream()
        .filter(row -> MethodRun.of(row).equals(who) && column.isOf(row))
        .map(Metric::counts)
        .findFirst();
  }

  /** Returns the number of such answers, and of questions. */
  private static TableCell cell(QuestionCounts counts) {
    return TableCell.number(counts.unparsed())
        .noted(Text.format("of %,d", counts.n() + counts.missing()));
  }
}
