package io.prumerge.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * A report's headline figures with their standard errors as text, under each benchmark's own
 * profile: a line per run and method.
 */
public final class SummaryTable {

  private static final String ABSENT = "-";
  private static final double GIGA = 1e9;

  private SummaryTable() {}

  /**
   * Lines of cells, a header first, the name first in each; methods in the order of the summary.
   */
  public static List<List<String>> cells(Report report) {
    return cells(report, report.summary().stream().map(MethodSummary::method).distinct().toList());
  }

  /** The same of some methods, in this order, run by run. */
  public static List<List<String>> cells(Report report, List<String> methods) {
    Set<String> figures = new TreeSet<>();
    Map<List<String>, Map<String, String>> values = new LinkedHashMap<>();
    for (Result result : report.results()) {
      for (Metric metric : result.metrics()) {
        if (result.isOwnProfile() && metric.headline()) {
          String figure = metric.benchmark() + " " + metric.name();
          figures.add(figure);
          values
              .computeIfAbsent(
                  List.of(metric.runId(), metric.method()), key -> new LinkedHashMap<>())
              .put(figure, withError(metric.value(), metric.stderr()));
        }
      }
    }
    List<List<String>> cells = new ArrayList<>();
    boolean several = report.summary().stream().map(MethodSummary::model).distinct().count() > 1;
    List<String> header = new ArrayList<>(List.of("method", "tokens"));
    header.addAll(figures);
    header.addAll(List.of("retention %", "GFLOPs", "ms"));
    cells.add(header);
    for (MethodSummary method : chosen(report, methods)) {
      List<String> line = new ArrayList<>();
      line.add(several ? method.model() + " " + method.method() : method.method());
      line.add(number(method.visualTokens(), 1, 1));
      Map<String, String> own =
          values.getOrDefault(List.of(method.runId(), method.method()), Map.of());
      figures.forEach(figure -> line.add(own.getOrDefault(figure, ABSENT)));
      line.add(withError(method.retention(), method.retentionError()));
      line.add(number(method.flops(), GIGA, 2));
      line.add(number(method.millis(), 1, 1));
      cells.add(line);
    }
    return cells;
  }

  private static List<MethodSummary> chosen(Report report, List<String> methods) {
    List<MethodSummary> chosen = new ArrayList<>();
    for (String run : report.summary().stream().map(MethodSummary::runId).distinct().toList()) {
      for (String method : methods) {
        report.summary().stream()
            .filter(summary -> summary.runId().equals(run) && summary.method().equals(method))
            .forEach(chosen::add);
      }
    }
    return chosen;
  }

  private static String withError(OptionalDouble value, OptionalDouble error) {
    return error.isPresent() && value.isPresent()
        ? number(value, 1, 1) + " ±" + number(error, 1, 1)
        : number(value, 1, 1);
  }

  private static String number(OptionalDouble value, double unit, int decimals) {
    return value.isPresent()
        ? String.format(Locale.ROOT, "%." + decimals + "f", value.getAsDouble() / unit)
        : ABSENT;
  }
}
