package io.prumerge.report.page;

import io.prumerge.store.EfficiencyRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** What endpoints took and counted: of each, a line per benchmark, and one of all benchmarks. */
final class RequestsTable {

  private final ReportRows rows;
  private final ReportMethods lineup;

  RequestsTable(ReportRows rows, ReportMethods lineup) {
    this.rows = rows;
    this.lineup = lineup;
  }

  /**
   * @param rows of one method
   */
  private record Line(String benchmark, MethodRun who, List<EfficiencyRow> rows) {

    long answers() {
      return rows.stream().mapToLong(row -> row.n() - row.nErrors()).sum();
    }

    /** Returns a time; there is none of several benchmarks. */
    TableCell time(Function<EfficiencyRow, OptionalDouble> time) {
      OptionalDouble millis = rows.size() == 1 ? time.apply(rows.get(0)) : OptionalDouble.empty();
      return TableCell.number(millis, Values.rounded(millis));
    }

    /**
     * Returns the sum of counted tokens, with their mean and the answers that it is over where
     * these are not all.
     */
    TableCell tokens(
        Function<EfficiencyRow, Optional<Long>> sum,
        Function<EfficiencyRow, Optional<Long>> counts) {
      long counted = total(counts);
      if (counted == 0) {
        return TableCell.number(OptionalDouble.empty(), 0);
      }
      long tokens = total(sum);
      String each = Values.fixed(OptionalDouble.of((double) tokens / counted), 1) + " each";
      return TableCell.number(tokens)
          .noted(
              counted < answers()
                  ? String.format(Locale.ROOT, "%s of %,d counted", each, counted)
                  : each);
    }

    private long total(Function<EfficiencyRow, Optional<Long>> number) {
      return rows.stream().map(number).flatMap(Optional::stream).mapToLong(Long::longValue).sum();
    }
  }

  /** Returns the table; without lines if no model is behind an endpoint. */
  TableView table() {
    List<Line> lines = new ArrayList<>();
    for (MethodRun who : lineup.all()) {
      List<EfficiencyRow> own = rows.costs(who).stream().filter(EfficiencyRow::isOfServer).toList();
      for (EfficiencyRow row : own) {
        lines.add(new Line(ReportRows.split(row.benchmark(), row.split()), who, List.of(row)));
      }
      if (own.size() > 1) {
        lines.add(new Line("all", who, own));
      }
    }
    return new TableColumns<Line>()
        .text("benchmark", line -> TableCell.name(line.benchmark()))
        .text("method", line -> TableCell.text(lineup.label(line.who())))
        .number("answers", line -> TableCell.number(line.answers()))
        .number("median ms", line -> line.time(EfficiencyRow::requestMedian))
        .number("95 % ms", line -> line.time(EfficiencyRow::requestP95))
        .number(
            "prompt tokens",
            line -> line.tokens(EfficiencyRow::promptTokensSum, EfficiencyRow::nPromptTokens))
        .number(
            "of these visual",
            line -> line.tokens(EfficiencyRow::visualTokensSum, EfficiencyRow::nVisualTokens))
        .number(
            "output tokens",
            line -> line.tokens(EfficiencyRow::generatedTokensSum, EfficiencyRow::nGeneratedTokens))
        .of(
            "Requests to servers: round trips, and the sums of the tokens that they counted",
            lines);
  }
}
