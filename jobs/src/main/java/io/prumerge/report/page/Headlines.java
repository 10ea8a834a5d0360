package io.prumerge.report.page;

import io.prumerge.metric.DifferenceTest;
import io.prumerge.metric.Metric;
import io.prumerge.report.Controls;
import io.prumerge.report.MethodSummary;
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
import java.util.function.BiFunction;
import java.util.function.Function;

/** The headline figures of all benchmarks, and the retention and the costs of every method. */
final class Headlines {

  private static final int MOST_FINDINGS = 4;

  /** The baseline's own retention, in percent. */
  private static final double WHOLE = 100;

  private final ReportRows rows;
  private final ReportMethods lineup;
  private final Verdicts verdicts;
  private final List<HeadlineColumn> columns;
  private final Map<MethodRun, Map<HeadlineColumn, FigureCell>> figures = new LinkedHashMap<>();
  private final Map<MethodRun, MethodSummary> summaries = new LinkedHashMap<>();

  Headlines(ReportRows rows, ReportMethods lineup, Published published) {
    this.rows = rows;
    this.lineup = lineup;
    verdicts = new Verdicts(rows, lineup);
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
                Comparator.<HeadlineColumn>comparingInt(
                        column -> published.place(column.benchmark()))
                    .thenComparing(HeadlineColumn::title))
            .toList();
  }

  /** Returns the column of a row; its title names the split if the benchmark has several. */
  private HeadlineColumn column(Metric row, Published published, long splits) {
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
    return new HeadlineColumn(benchmark, split, metric, several ? title + " " + split : title);
  }

  List<HeadlineColumn> columns() {
    return columns;
  }

  /**
   * Begins a table with a line for each method and a column for each figure.
   *
   * @param cell empty where there is nothing to say
   */
  TableColumns<MethodRun> table(BiFunction<MethodRun, HeadlineColumn, Optional<TableCell>> cell) {
    TableColumns<MethodRun> table =
        new TableColumns<MethodRun>()
            .text("method", who -> TableCell.name(lineup.shown(who)).noted(lineup.ran(who)));
    columns.forEach(
        one ->
            table.number(
                one.title(),
                who -> cell.apply(who, one).orElseGet(() -> TableCell.text(Values.ABSENT))));
    return table;
  }

  FigureCell figure(MethodRun who, HeadlineColumn column) {
    return figures.getOrDefault(who, Map.of()).getOrDefault(column, FigureCell.NONE);
  }

  /** Returns what the report's tests say of the methods. */
  Verdicts verdicts() {
    return verdicts;
  }

  /** Returns a method's retention, in percent. */
  FigureCell retention(MethodRun who) {
    MethodSummary row = summaries.get(who);
    return new FigureCell(
        row.retention(),
        Values.of(row.retentionInterval().map(Interval::low)),
        Values.of(row.retentionInterval().map(Interval::high)),
        row.retention().isPresent()
            ? OptionalDouble.of(row.retention().getAsDouble() - WHOLE)
            : OptionalDouble.empty(),
        verdicts.test(who).map(DifferenceTest::adjusted).orElse(OptionalDouble.empty()),
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
    for (HeadlineColumn column : columns) {
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
      boolean measured = !who.method().equals(rows.baseline()) && !Controls.has(who.method());
      if (compared && onFront(who) && measured) {
        boolean isToldApart = verdicts.of(who).isToldApart();
        findings.add(
            new Finding(
                lineup.shown(who),
                lineup.ran(who),
                isToldApart ? Values.fixed(retention.value(), 1) : "",
                isToldApart ? retention.range(1) : "",
                isToldApart ? "" : verdicts.unseen(who),
                Values.fixed(tokens, 0),
                Values.fixed(flops, 0)));
      }
    }
    return findings.stream().limit(MOST_FINDINGS).toList();
  }
}
