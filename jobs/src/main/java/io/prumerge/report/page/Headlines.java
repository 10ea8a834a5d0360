package io.prumerge.report.page;

import io.prumerge.leaderboard.Seeds;
import io.prumerge.metric.Metric;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.page.Page.TableView;
import io.prumerge.report.page.ReportMethods.MethodRun;
import io.prumerge.report.page.Values.FigureCell;
import io.prumerge.statistics.Interval;
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

/** The headline figures of all benchmarks, and the retention and the costs of every method. */
final class Headlines {

  /**
   * A column of the table.
   *
   * @param title as papers call it
   */
  record Column(String benchmark, String split, String metric, String title) {}

  private static final int MOST_FINDINGS = 4;

  private final ReportRows rows;
  private final ReportMethods lineup;
  private final List<Column> columns;
  private final Map<MethodRun, Map<Column, FigureCell>> figures = new LinkedHashMap<>();
  private final Map<MethodRun, MethodSummary> summaries = new LinkedHashMap<>();

  Headlines(ReportRows rows, ReportMethods lineup, Published published) {
    this.rows = rows;
    this.lineup = lineup;
    List<Metric> headlines = rows.metrics().stream().filter(Metric::headline).toList();
    long splits = headlines.stream().map(row -> row.key().split()).distinct().count();
    for (Metric row : headlines) {
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
  private Column column(Metric row, Published published, long splits) {
    String benchmark = row.key().benchmark();
    String split = row.key().split();
    String metric = row.name();
    boolean several =
        splits > 1
            && rows.metrics().stream()
                .anyMatch(
                    other ->
                        other.key().benchmark().equals(benchmark)
                            && !other.key().split().equals(split));
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
    MethodSummary row = summaries.get(who);
    return new FigureCell(
        row.retention(),
        Values.of(row.retentionInterval().map(Interval::low)),
        Values.of(row.retentionInterval().map(Interval::high)),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  /** Returns the retention above chance, in percent. */
  OptionalDouble aboveChance(MethodRun who) {
    return summaries.get(who).retentionChanceCorrected();
  }

  OptionalDouble tokens(MethodRun who) {
    return summaries.get(who).visualTokensLayerMean();
  }

  OptionalDouble flops(MethodRun who) {
    return summaries.get(who).flopsTotalMean();
  }

  OptionalDouble millis(MethodRun who) {
    return summaries.get(who).msTotalMean();
  }

  /** Returns whether a method is on the Pareto front of its run. */
  boolean onFront(MethodRun who) {
    return summaries.get(who).pareto().orElse(false);
  }

  /** Returns the baseline of a method's run. */
  private MethodRun baseline(MethodRun who) {
    return who.with(rows.baseline());
  }

  /** Returns a method's cost, in percent of its run's baseline. */
  OptionalDouble shareOfBaseline(MethodRun who, Function<MethodSummary, OptionalDouble> cost) {
    MethodSummary baseline = summaries.get(baseline(who));
    return baseline == null
        ? OptionalDouble.empty()
        : Values.share(cost.apply(summaries.get(who)), cost.apply(baseline));
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

  /**
   * Returns the methods of the Pareto front with the highest retention, best first. The baseline
   * and controls are none of them: they are what a method is measured against.
   */
  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    List<MethodRun> best =
        lineup.all().stream()
            .sorted(
                Comparator.<MethodRun>comparingDouble(who -> retention(who).value().orElse(0))
                    .reversed())
            .toList();
    for (MethodRun who : best) {
      OptionalDouble flops = shareOfBaseline(who, MethodSummary::flopsTotalMean);
      OptionalDouble tokens = shareOfBaseline(who, MethodSummary::visualTokensLayerMean);
      FigureCell retention = retention(who);
      boolean compared = flops.isPresent() && tokens.isPresent() && retention.value().isPresent();
      boolean measured = !who.method().equals(rows.baseline()) && !who.isControl();
      if (compared && onFront(who) && measured) {
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

  /**
   * The headline figure of each benchmark with the costs, as in the paper's main table. Methods
   * that differ in their seed only share a line.
   */
  static final class HeadlineTable {

    private final Headlines headlines;
    private final ReportMethods lineup;

    HeadlineTable(Headlines headlines, ReportMethods lineup) {
      this.headlines = headlines;
      this.lineup = lineup;
    }

    TableView table() {
      TableView.Columns<List<MethodRun>> columns =
          new TableView.Columns<List<MethodRun>>()
              .text("method", this::name)
              .number(
                  "visual tokens",
                  seeds ->
                      withShare(
                          TableView.Cell.number(mean(seeds, headlines::tokens), 1),
                          seeds,
                          MethodSummary::visualTokensLayerMean))
              .number("retention %", this::retention);
      headlines.columns().forEach(one -> columns.number(one.title(), seeds -> figure(seeds, one)));
      columns
          .number(
              "above chance %",
              seeds -> TableView.Cell.number(mean(seeds, headlines::aboveChance), 1))
          .number(
              "GFLOPs",
              seeds -> {
                OptionalDouble flops = mean(seeds, headlines::flops);
                String giga = Values.rounded(Values.divided(flops, Values.GIGA));
                return withShare(
                    TableView.Cell.number(flops, giga), seeds, MethodSummary::flopsTotalMean);
              })
          .number(
              "ms",
              seeds -> {
                OptionalDouble millis = mean(seeds, headlines::millis);
                return withShare(
                    TableView.Cell.number(millis, Values.rounded(millis)),
                    seeds,
                    MethodSummary::msTotalMean);
              });
      List<List<MethodRun>> lines = new ArrayList<>();
      for (String run : lineup.all().stream().map(MethodRun::runId).distinct().toList()) {
        List<MethodRun> own = lineup.all().stream().filter(one -> one.runId().equals(run)).toList();
        lines.addAll(Seeds.lines(own, MethodRun::method));
      }
      return columns.of("Headline figure of each benchmark, and cost per question", lines);
    }

    private TableView.Cell name(List<MethodRun> seeds) {
      MethodRun first = seeds.get(0);
      String name = seeds.size() > 1 ? Seeds.name(first.method(), seeds.size()) : first.method();
      return TableView.Cell.name(name).noted(lineup.ran(first));
    }

    private TableView.Cell figure(List<MethodRun> seeds, Headlines.Column column) {
      return seeds.size() > 1
          ? spread(seeds, who -> headlines.figure(who, column).value())
          : headlines.figure(seeds.get(0), column).comparedCell();
    }

    private TableView.Cell retention(List<MethodRun> seeds) {
      if (seeds.size() > 1) {
        return spread(seeds, who -> headlines.retention(who).value());
      }
      TableView.Cell cell = headlines.retention(seeds.get(0)).cell();
      return headlines.onFront(seeds.get(0)) ? cell.marked() : cell;
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

    /** Returns the cell with the cost's share of the baseline's, for a single method. */
    private TableView.Cell withShare(
        TableView.Cell cell, List<MethodRun> seeds, Function<MethodSummary, OptionalDouble> cost) {
      OptionalDouble share =
          seeds.size() > 1 ? OptionalDouble.empty() : headlines.shareOfBaseline(seeds.get(0), cost);
      return share.isPresent() && Math.round(share.getAsDouble()) != 100
          ? cell.noted(Values.fixed(share, 0) + " %")
          : cell;
    }
  }
}
