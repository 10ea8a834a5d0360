package io.prumerge.report;

import io.prumerge.console.TextColumns;
import io.prumerge.leaderboard.Seeds;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.tally.MethodKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * A report's headline figures with standard errors as text, under each benchmark's own profile: a
 * line per run and method. A line of several seeds has their standard deviation instead.
 */
public final class SummaryTable {

  private static final double GIGA = 1e9;

  private SummaryTable() {}

  /**
   * Returns lines of cells, a header first, each beginning with a name; methods in the order of the
   * summary. Figures name their split where their benchmark has several. Costs that nobody knows,
   * as a server's FLOPs, are left out.
   */
  public static List<List<String>> cells(Report report) {
    return cells(report, report.summary().stream().map(MethodSummary::method).distinct().toList());
  }

  /**
   * Returns the lines of some methods in this order, run by run; seeds of one method share a line.
   */
  public static List<List<String>> cells(Report report, List<String> methods) {
    Map<String, Set<String>> splits = new HashMap<>();
    for (MethodResult result : report.results()) {
      splits
          .computeIfAbsent(result.key().benchmark(), name -> new HashSet<>())
          .add(result.key().split());
    }
    Set<String> figures = new TreeSet<>();
    Map<MethodKey, Map<String, Metric>> values = new LinkedHashMap<>();
    for (MethodResult result : report.results()) {
      for (Metric metric : result.metrics()) {
        if (metric.isConfirmatory()) {
          String split =
              splits.get(metric.key().benchmark()).size() > 1 ? " " + result.key().split() : "";
          String figure = metric.key().benchmark() + split + " " + metric.name();
          figures.add(figure);
          values
              .computeIfAbsent(MethodKey.of(result.key()), key -> new LinkedHashMap<>())
              .put(figure, metric);
        }
      }
    }
    MethodNames names = report.names();
    TextColumns<List<MethodSummary>> columns =
        new TextColumns<List<MethodSummary>>()
            .with(
                "method",
                seeds -> {
                  String name = names.name(seeds.get(0).key());
                  return seeds.size() > 1 ? Seeds.name(name, seeds.size()) : name;
                })
            .withAny(
                "tokens",
                FigureText.ABSENT,
                seeds ->
                    FigureText.number(mean(seeds, MethodSummary::visualTokensLayerMean), 1, 1));
    for (String figure : figures) {
      Function<MethodSummary, Optional<Metric>> metric =
          one -> Optional.ofNullable(values.getOrDefault(one.key(), Map.of()).get(figure));
      columns.with(
          figure,
          seeds ->
              withError(
                  seeds,
                  one -> metric.apply(one).map(Metric::value).orElse(OptionalDouble.empty()),
                  one -> metric.apply(one).map(Metric::stderr).orElse(OptionalDouble.empty())));
    }
    return columns
        .withAny(
            "retention %",
            FigureText.ABSENT,
            seeds -> withError(seeds, MethodSummary::retention, MethodSummary::retentionStderr))
        .withAny(
            "GFLOPs",
            FigureText.ABSENT,
            seeds -> FigureText.number(mean(seeds, MethodSummary::flopsTotalMean), GIGA, 2))
        .withAny(
            TimeTitle.of("ms", report.efficiency()),
            FigureText.ABSENT,
            seeds -> FigureText.number(mean(seeds, MethodSummary::msTotalMean), 1, 1))
        .of(chosen(report, methods));
  }

  private static List<List<MethodSummary>> chosen(Report report, List<String> methods) {
    List<List<MethodSummary>> chosen = new ArrayList<>();
    for (String run : report.summary().stream().map(MethodSummary::runId).distinct().toList()) {
      List<MethodSummary> own = new ArrayList<>();
      for (String method : methods) {
        report.summary().stream()
            .filter(summary -> summary.runId().equals(run) && summary.method().equals(method))
            .forEach(own::add);
      }
      chosen.addAll(Seeds.lines(own, MethodSummary::method));
    }
    return chosen;
  }

  private static OptionalDouble mean(
      List<MethodSummary> seeds, Function<MethodSummary, OptionalDouble> figure) {
    return Seeds.mean(seeds.stream().map(figure));
  }

  /**
   * Returns a value with its standard error, or the mean over seeds with their standard deviation.
   */
  private static String withError(
      List<MethodSummary> seeds,
      Function<MethodSummary, OptionalDouble> value,
      Function<MethodSummary, OptionalDouble> ownError) {
    OptionalDouble mean = mean(seeds, value);
    OptionalDouble error =
        seeds.size() > 1 ? Seeds.spread(seeds.stream().map(value)) : ownError.apply(seeds.get(0));
    return error.isPresent() && mean.isPresent()
        ? FigureText.number(mean, 1, 1) + " ±" + FigureText.number(error, 1, 1)
        : FigureText.number(mean, 1, 1);
  }
}
