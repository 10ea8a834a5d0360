package io.prumerge.report;

import io.prumerge.benchmark.BenchmarkQuestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/**
 * A report's main figures as text, under each benchmark's own profile: a line per run and method.
 */
public final class SummaryTable {

  private static final String ABSENT = "-";
  private static final double GIGA = 1e9;

  private SummaryTable() {}

  /** The lines, columns aligned; methods in the order of the summary. */
  public static List<String> lines(Report report) {
    Set<String> figures = new TreeSet<>();
    Map<List<String>, Map<String, String>> values = new LinkedHashMap<>();
    for (Result result : report.results()) {
      for (Metric metric : result.metrics()) {
        if (result.isOwnProfile() && shown(metric)) {
          String figure = metric.benchmark() + " " + metric.name();
          figures.add(figure);
          values
              .computeIfAbsent(
                  List.of(metric.runId(), metric.method()), key -> new LinkedHashMap<>())
              .put(figure, number(metric.value(), 1, 1));
        }
      }
    }
    List<List<String>> cells = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("method", "tokens"));
    header.addAll(figures);
    header.addAll(List.of("retention %", "GFLOPs", "ms"));
    cells.add(header);
    for (MethodSummary method : report.summary()) {
      List<String> line = new ArrayList<>();
      line.add(method.method());
      line.add(number(method.visualTokens(), 1, 1));
      Map<String, String> own =
          values.getOrDefault(List.of(method.runId(), method.method()), Map.of());
      figures.forEach(figure -> line.add(own.getOrDefault(figure, ABSENT)));
      line.add(number(method.retention(), 1, 1));
      line.add(number(method.flops(), GIGA, 2));
      line.add(number(method.millis(), 1, 1));
      cells.add(line);
    }
    return aligned(cells);
  }

  /** The headline and the accuracy over all categories. */
  private static boolean shown(Metric metric) {
    return metric.headline()
        || metric.category().equals(BenchmarkQuestion.ALL_CATEGORIES)
            && metric.name().equals("accuracy");
  }

  private static String number(OptionalDouble value, double unit, int decimals) {
    return value.isPresent()
        ? String.format(Locale.ROOT, "%." + decimals + "f", value.getAsDouble() / unit)
        : ABSENT;
  }

  private static List<String> aligned(List<List<String>> cells) {
    int columns = cells.get(0).size();
    int[] widths = new int[columns];
    for (List<String> line : cells) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> line : cells) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        // The method's name to the left, figures to the right.
        String format = i == 0 ? "%-" + widths[i] + "s" : "  %" + widths[i] + "s";
        text.append(format.formatted(line.get(i)));
      }
      lines.add(text.toString());
    }
    return lines;
  }
}
