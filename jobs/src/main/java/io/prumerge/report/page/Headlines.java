package io.prumerge.report.page;

import io.prumerge.leaderboard.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** The headline figure of each benchmark with the costs, as in the paper's main table. */
final class Headlines {

  /**
   * A column of the table.
   *
   * @param title as papers call it
   */
  record Column(String benchmark, String split, String metric, String title) {}

  private static final int MOST_FINDINGS = 4;
  private static final String TOKENS = "visual_tokens_layer_mean";

  private final ReportRows rows;
  private final ReportMethods lineup;
  private final List<Column> columns;
  private final Map<MethodRun, Map<Column, FigureCell>> figures = new LinkedHashMap<>();
  private final Map<MethodRun, Row> summaries = new LinkedHashMap<>();

  Headlines(ReportRows rows, ReportMethods lineup, Published published) {
    this.rows = rows;
    this.lineup = lineup;
    List<Row> headlines =
        rows.metrics().stream().filter(row -> row.<Boolean>getAs("is_headline")).toList();
    long splits = headlines.stream().map(row -> row.<String>getAs("split")).distinct().count();
    for (Row row : headlines) {
      figures
          .computeIfAbsent(MethodRun.of(row), absent -> new LinkedHashMap<>())
          .put(column(row, published, splits), FigureCell.of(row));
    }
    rows.summary().forEach(row -> summaries.put(MethodRun.of(row), row));
    columns =
        figures.values().stream()
            .flatMap(own -> own.keySet().stream())
            .distinct()
            .sorted(
                Comparator.<Column>comparingInt(column -> published.place(column.benchmark()))
                    .thenComparing(Column::title))
            .toList();
  }

  /** Returns the column of a row; its title names the split if the benchmark has several. */
  private Column column(Row row, Published published, long splits) {
    String benchmark = row.getAs("benchmark");
    String split = row.getAs("split");
    String metric = row.getAs("metric");
    boolean several =
        splits > 1
            && rows.metrics().stream()
                .anyMatch(
                    other ->
                        other.getAs("benchmark").equals(benchmark)
                            && !other.getAs("split").equals(split));
    String title = published.title(benchmark, metric);
    return new Column(benchmark, split, metric, several ? title + " " + split : title);
  }

  List<Column> columns() {
    return columns;
  }

  FigureCell figure(MethodRun who, Column column) {
    return figures.getOrDefault(who, Map.of()).getOrDefault(column, FigureCell.NONE);
  }

  /** Returns a method's retention, in percent. */
  FigureCell retention(MethodRun who) {
    Row row = summaries.get(who);
    return new FigureCell(
        Values.of(row, "retention"),
        Values.of(row, "retention_ci_low"),
        Values.of(row, "retention_ci_high"),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  /** Returns the retention above chance, in percent. */
  private OptionalDouble aboveChance(MethodRun who) {
    return Values.of(summaries.get(who), "retention_chance_corrected");
  }

  OptionalDouble tokens(MethodRun who) {
    return Values.of(summaries.get(who), TOKENS);
  }

  OptionalDouble flops(MethodRun who) {
    return Values.of(summaries.get(who), "flops_total_mean");
  }

  /** Returns whether a method is on the Pareto front of its run. */
  boolean onFront(MethodRun who) {
    return Boolean.TRUE.equals(summaries.get(who).getAs("pareto"));
  }

  /** Returns the baseline of a method's run. */
  private MethodRun baseline(MethodRun who) {
    return who.with(rows.baseline());
  }

  private OptionalDouble shareOfBaseline(MethodRun who, String column) {
    Row baseline = summaries.get(baseline(who));
    return baseline == null
        ? OptionalDouble.empty()
        : Values.share(Values.of(summaries.get(who), column), Values.of(baseline, column));
  }

  TableView table() {
    List<TableView.Column> titles = new ArrayList<>();
    titles.add(TableView.Column.text("method"));
    titles.add(TableView.Column.number("visual tokens"));
    columns.forEach(column -> titles.add(TableView.Column.number(column.title())));
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
    cells.add(withShare(TableView.Cell.number(tokens(who), 1), shareOfBaseline(who, TOKENS)));
    columns.forEach(column -> cells.add(figure(who, column).comparedCell()));
    TableView.Cell retention = retention(who).cell();
    cells.add(onFront(who) ? retention.marked() : retention);
    cells.add(TableView.Cell.number(aboveChance(who), 1));
    cells.add(
        withShare(
            TableView.Cell.number(
                flops(who), Values.rounded(Values.divided(flops(who), Values.GIGA))),
            shareOfBaseline(who, "flops_total_mean")));
    OptionalDouble millis = Values.of(summaries.get(who), "ms_total_mean");
    cells.add(
        withShare(
            TableView.Cell.number(millis, Values.rounded(millis)),
            shareOfBaseline(who, "ms_total_mean")));
    return new TableView.Line(cells);
  }

  /** Returns the line of several seeds of one method: means and standard deviations. */
  private TableView.Line line(List<MethodRun> seeds) {
    List<TableView.Cell> cells = new ArrayList<>();
    MethodRun first = seeds.get(0);
    cells.add(
        TableView.Cell.name(Seeds.name(first.method(), seeds.size())).noted(lineup.ran(first)));
    cells.add(TableView.Cell.number(mean(seeds, this::tokens), 1));
    columns.forEach(column -> cells.add(spread(seeds, who -> figure(who, column).value())));
    cells.add(spread(seeds, who -> retention(who).value()));
    cells.add(TableView.Cell.number(mean(seeds, this::aboveChance), 1));
    OptionalDouble flops = mean(seeds, this::flops);
    cells.add(TableView.Cell.number(flops, Values.rounded(Values.divided(flops, Values.GIGA))));
    OptionalDouble millis = mean(seeds, who -> Values.of(summaries.get(who), "ms_total_mean"));
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

  /** Returns messages about figures over a part of their questions. */
  List<String> caveats() {
    Map<String, Set<String>> methods = new LinkedHashMap<>();
    for (Column column : columns) {
      for (MethodRun who : lineup.all()) {
        figure(who, column)
            .caveat()
            .ifPresent(
                caveat ->
                    methods
                        .computeIfAbsent(
                            column.title() + ": " + caveat, absent -> new LinkedHashSet<>())
                        .add(lineup.label(who)));
      }
    }
    return methods.entrySet().stream()
        .map(
            one ->
                one.getValue().size() == lineup.all().size()
                    ? one.getKey()
                    : one.getKey() + " (" + String.join(", ", one.getValue()) + ")")
        .toList();
  }

  /** Returns the methods of the Pareto front with the highest retention. */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    List<MethodRun> best =
        lineup.all().stream()
            .sorted(
                Comparator.<MethodRun>comparingDouble(who -> retention(who).value().orElse(0))
                    .reversed())
            .toList();
    for (MethodRun who : best) {
      OptionalDouble flops = shareOfBaseline(who, "flops_total_mean");
      OptionalDouble tokens = shareOfBaseline(who, TOKENS);
      FigureCell retention = retention(who);
      boolean compared = flops.isPresent() && tokens.isPresent() && retention.value().isPresent();
      if (compared && onFront(who) && !who.method().equals(rows.baseline())) {
        findings.add(
            new Finding(
                who.method(),
                lineup.ran(who),
                Values.fixed(retention.value(), 1),
                retention.range(1),
                Values.fixed(tokens, 0),
                Values.fixed(flops, 0)));
      }
    }
    return findings.stream().limit(MOST_FINDINGS).toList();
  }

  /**
   * @param ran the run's model; empty if there is only one run
   * @param retention percent of the baseline's figures
   * @param range its interval; may be empty
   * @param tokens percent of the baseline's
   * @param flops percent of the baseline's
   */
  record Finding(
      String method, String ran, String retention, String range, String tokens, String flops) {}
}
