package io.prumerge.report.page;

import io.prumerge.leaderboard.Seeds;
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

  HeadlineTable(Headlines headlines, ReportMethods lineup) {
    this.headlines = headlines;
    this.lineup = lineup;
  }

  TableView table() {
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("method"));
    titles.add(TableView.Column.number("visual tokens"));
    headlines.columns().forEach(column -> titles.add(TableView.Column.number(column.title())));
    titles.add(TableView.Column.number("retention %"));
    titles.add(TableView.Column.number("above chance %"));
    titles.add(TableView.Column.number("GFLOPs"));
    titles.add(TableView.Column.number("ms"));
    List<TableView.Line> lines = new ArrayList<>();
    for (String run : lineup.all().stream().map(MethodRun::runId).distinct().toList()) {
      List<MethodRun> own = lineup.all().stream().filter(one -> one.runId().equals(run)).toList();
      for (List<MethodRun> seeds : Seeds.lines(own, MethodRun::method)) {
        lines.add(seeds.size() > 1 ? line(seeds) : line(seeds.get(0)));
      }
    }
    return new TableView("Headline figure of each benchmark, and cost per question", titles, lines);
  }

  private TableView.Line line(MethodRun who) {
    List<TableView.Cell> cells = new ArrayList<>();
    cells.add(TableView.Cell.name(who.method()).noted(lineup.ran(who)));
    cells.add(
        withShare(
            TableView.Cell.number(headlines.tokens(who), 1),
            headlines.shareOfBaseline(who, Headlines.TOKENS)));
    headlines.columns().forEach(column -> cells.add(headlines.figure(who, column).comparedCell()));
    TableView.Cell retention = headlines.retention(who).cell();
    cells.add(headlines.onFront(who) ? retention.marked() : retention);
    cells.add(TableView.Cell.number(headlines.aboveChance(who), 1));
    cells.add(
        withShare(
            TableView.Cell.number(
                headlines.flops(who),
                Values.rounded(Values.divided(headlines.flops(who), Values.GIGA))),
            headlines.shareOfBaseline(who, Headlines.FLOPS)));
    OptionalDouble millis = headlines.millis(who);
    cells.add(
        withShare(
            TableView.Cell.number(millis, Values.rounded(millis)),
            headlines.shareOfBaseline(who, Headlines.MILLIS)));
    return new TableView.Line(cells);
  }

  /** Returns the line of several seeds of one method: means and standard deviations. */
  private TableView.Line line(List<MethodRun> seeds) {
    List<TableView.Cell> cells = new ArrayList<>();
    MethodRun first = seeds.get(0);
    cells.add(
        TableView.Cell.name(Seeds.name(first.method(), seeds.size())).noted(lineup.ran(first)));
    cells.add(TableView.Cell.number(mean(seeds, headlines::tokens), 1));
    headlines
        .columns()
        .forEach(column -> cells.add(spread(seeds, who -> headlines.figure(who, column).value())));
    cells.add(spread(seeds, who -> headlines.retention(who).value()));
    cells.add(TableView.Cell.number(mean(seeds, headlines::aboveChance), 1));
    OptionalDouble flops = mean(seeds, headlines::flops);
    cells.add(TableView.Cell.number(flops, Values.rounded(Values.divided(flops, Values.GIGA))));
    OptionalDouble millis = mean(seeds, headlines::millis);
    cells.add(TableView.Cell.number(millis, Values.rounded(millis)));
    return new TableView.Line(cells);
  }

  private static OptionalDouble mean(
      List<MethodRun> seeds, Function<MethodRun, OptionalDouble> figure) {
    return Seeds.mean(seeds.stream().map(figure));
  }

  private static TableView.Cell spread(
      List<MethodRun> seeds, Function<MethodRun, OptionalDouble> figure) {
    OptionalDouble mean = mean(seeds, figure);
    OptionalDouble spread = Seeds.spread(seeds.stream().map(figure));
    int decimals = Values.decimals(mean);
    TableView.Cell cell = TableView.Cell.number(mean, decimals);
    return spread.isPresent()
        ? cell.noted("±" + Values.fixed(spread, decimals) + " over seeds")
        : cell;
  }

  private static TableView.Cell withShare(TableView.Cell cell, OptionalDouble share) {
    return share.isPresent() && Math.round(share.getAsDouble()) != 100
        ? cell.noted(Values.fixed(share, 0) + " %")
        : cell;
  }
}
