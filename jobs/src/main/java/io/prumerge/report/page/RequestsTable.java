package io.prumerge.report.page;

import io.prumerge.lang.Text;
import io.prumerge.store.EfficiencyRow;
import java.util.ArrayList;
import java.util.List;
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

    long questions() {
      return rows.stream().mapToLong(EfficiencyRow::n).sum();
    }

    long errors() {
      return rows.stream().mapToLong(EfficiencyRow::nErrors).sum();
    }

    long answers() {
      return questions() - errors();
    }

    /** Returns the questions that were sent, with their tries where these are more. */
    TableCell requests() {
      if (rows.stream().anyMatch(row -> row.nRequests().isEmpty())) {
        return TableCell.number(OptionalDouble.empty(), 0);
      }
      long requests = total(EfficiencyRow::nRequests);
      long tries = total(EfficiencyRow::nTries);
      return TableCell.number(requests)
          .noted(tries == requests ? "" : Text.format("in %,d tries", tries));
    }

    /** Returns a time; there is none of several benchmarks. */
    TableCell time(Function<EfficiencyRow, OptionalDouble> time) {
      OptionalDouble millis = rows.size() == 1 ? time.apply(rows.get(0)) : OptionalDouble.empty();
      return TableCell.number(millis, Values.rounded(millis));
    }

    /**
     * Returns the sum of counted tokens, with their mean and the answers that it is over where
     * these are not all; of no counted answer a note alone.
     */
    TableCell tokens(
        Function<EfficiencyRow, Optional<Long>> sum,
        Function<EfficiencyRow, Optional<Long>> counts) {
      long counted = total(counts);
      if (counted == 0) {
        TableCell none = TableCell.number(OptionalDouble.empty(), 0);
        return answers() == 0 ? none : none.noted(Text.format("0 of %,d counted", answers()));
      }
      long tokens = total(sum);
      String each = Values.fixed(OptionalDouble.of((double) tokens / counted), 1) + " each";
      return TableCell.number(tokens)
          .noted(counted < answers() ? Text.format("%s of %,d counted", each, counted) : each);
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
        .number("questions", line -> TableCell.number(line.questions()))
        .number("requests", Line::requests)
        .number("answers", line -> TableCell.number(line.answers()))
        .number("errors", line -> TableCell.number(line.errors()))
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
