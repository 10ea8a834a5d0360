package io.prumerge.report.page;

import io.prumerge.leaderboard.Seeds;
import io.prumerge.report.MethodSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * The headline figure of each benchmark with the costs, as in the paper's main table. Methods that
 * differ in their seed only share a line.
 */
final class HeadlineTable {

  private final Headlines headlines;
  private final ReportMethods lineup;
  private final String millis;

  /**
   * @param millis title of the column of times
   */
  HeadlineTable(Headlines headlines, ReportMethods lineup, String millis) {
    this.headlines = headlines;
    this.lineup = lineup;
    this.millis = millis;
  }

  TableView table() {
    TableColumns<List<MethodRun>> columns =
        new TableColumns<List<MethodRun>>()
            .text("method", this::name)
            .number(
                "visual tokens",
                seeds ->
                    withShare(
                        TableCell.number(mean(seeds, headlines::tokens), 1),
                        seeds,
                        MethodSummary::visualTokensLayerMean))
            .number("retention %", this::retention);
    headlines.columns().forEach(one -> columns.number(one.title(), seeds -> figure(seeds, one)));
    columns
        .number("above chance %", seeds -> TableCell.number(mean(seeds, headlines::aboveChance), 1))
        .number(
            "GFLOPs",
            seeds -> {
              OptionalDouble flops = mean(seeds, headlines::flops);
              String giga = Values.rounded(Values.divided(flops, Values.GIGA));
              return withShare(TableCell.number(flops, giga), seeds, MethodSummary::flopsTotalMean);
            })
        .number(
            millis,
            seeds -> {
              OptionalDouble time = mean(seeds, headlines::millis);
              return withShare(
                  TableCell.number(time, Values.rounded(time)), seeds, MethodSummary::msTotalMean);
            });
    List<List<MethodRun>> lines = new ArrayList<>();
    for (String run : lineup.all().stream().map(MethodRun::runId).distinct().toList()) {
      List<MethodRun> own = lineup.all().stream().filter(one -> one.runId().equals(run)).toList();
      lines.addAll(Seeds.lines(own, MethodRun::method));
    }
    return columns.of("Headline figure of each benchmark, and cost per question", lines);
  }

  private TableCell name(List<MethodRun> seeds) {
    MethodRun first = seeds.get(0);
    String name =
        seeds.size() > 1 ? Seeds.name(lineup.shown(first), seeds.size()) : lineup.shown(first);
    return TableCell.name(name).noted(lineup.ran(first));
  }

  private TableCell figure(List<MethodRun> seeds, HeadlineColumn column) {
    return seeds.size() > 1
        ? spread(seeds, who -> headlines.figure(who, column).value())
        : headlines.figure(seeds.get(0), column).comparedCell();
  }

  private TableCell retention(List<MethodRun> seeds) {
    if (seeds.size() > 1) {
      return spread(seeds, who -> headlines.retention(who).value());
    }
    TableCell cell = headlines.retention(seeds.get(0)).comparedCell();
    return headlines.onFront(seeds.get(0)) ? cell.marked() : cell;
  }

  private static OptionalDouble mean(
      List<MethodRun> seeds, Function<MethodRun, OptionalDouble> figure) {
    return Seeds.mean(seeds.stream().map(figure));
  }

  private static TableCell spread(
      List<MethodRun> seeds, Function<MethodRun, OptionalDouble> figure) {
    OptionalDouble mean = mean(seeds, figure);
    OptionalDouble spread = Seeds.spread(seeds.stream().map(figure));
    int decimals = Values.decimals(mean);
    TableCell cell = TableCell.number(mean, decimals);
    return spread.isPresent()
        ? cell.noted("±" + Values.fixed(spread, decimals) + " over seeds")
        : cell;
  }

  /** Returns the cell with the cost's share of the baseline's, for a single method. */
  private TableCell withShare(
      TableCell cell, List<MethodRun> seeds, Function<MethodSummary, OptionalDouble> cost) {
    OptionalDouble share =
        seeds.size() > 1 ? OptionalDouble.empty() : headlines.shareOfBaseline(seeds.get(0), cost);
    return share.isPresent() && Math.round(share.getAsDouble()) != 100
        ? cell.noted(Values.fixed(share, 0) + " %")
        : cell;
  }
}
