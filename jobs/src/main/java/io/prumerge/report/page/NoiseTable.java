package io.prumerge.report.page;

import io.prumerge.lang.Text;
import io.prumerge.report.Noise;
import java.util.List;
import java.util.Optional;

/** What asking all questions again changes: a line for each method that was asked again. */
final class NoiseTable {

  private static final int MARGIN_DECIMALS = 3;

  private final List<Noise> noise;
  private final Headlines headlines;
  private final ReportMethods lineup;

  NoiseTable(ReportRows rows, Headlines headlines, ReportMethods lineup) {
    this.noise = rows.noise();
    this.headlines = headlines;
    this.lineup = lineup;
  }

  TableView table() {
    return headlines
        .table((who, one) -> noise(who, one).map(NoiseTable::cell))
        .of(
            "Change of the figure by asking again",
            lineup.all().stream()
                .filter(
                    who ->
                        headlines.columns().stream().anyMatch(one -> noise(who, one).isPresent()))
                .toList());
  }

  private Optional<Noise> noise(MethodRun who, HeadlineColumn column) {
    return noise.stream()
        .filter(row -> row.runId().equals(who.runId()) && row.method().equals(who.method()))
        .filter(row -> row.benchmark().equals(column.benchmark()))
        .filter(row -> row.split().equals(column.split()))
        .findFirst();
  }

  /**
   * Returns the spread, with the shares of answers and scores that changed, and the margins where
   * they are known.
   */
  private static TableCell cell(Noise row) {
    return TableCell.number(row.spread())
        .noted(
            Text.format(
                    "%s %% of answers\n%s %% of scores",
                    Values.fixed(row.answersChanged(), 2), Values.fixed(row.scoresChanged(), 2))
                + margins(row));
  }

  private static String margins(Noise row) {
    return row.marginChanged().isEmpty() && row.marginUnchanged().isEmpty()
        ? ""
        : Text.format(
            "\nmargin %s where changed, %s else",
            Values.fixed(row.marginChanged(), MARGIN_DECIMALS),
            Values.fixed(row.marginUnchanged(), MARGIN_DECIMALS));
  }
}
