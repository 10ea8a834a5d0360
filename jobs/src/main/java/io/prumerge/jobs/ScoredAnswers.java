package io.prumerge.jobs;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.report.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code score} found.
 *
 * @param metrics of one profile, sorted
 */
record ScoredAnswers(List<Metric> metrics) {

  /** One set of answers. */
  private record Result(String runId, String split, String method) {
    static Result of(Metric metric) {
      return new Result(metric.runId(), metric.split(), metric.method());
    }
  }

  ScoredAnswers {
    metrics = List.copyOf(metrics);
  }

  /** A line per metric: method, name, value, how many questions. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Metric metric : metrics) {
      lines.add(
          "%s  %-32s %8s  n=%d errors=%d unparsed=%d missing=%d"
              .formatted(
                  metric.method(),
                  name(metric),
                  metric.value().isPresent()
                      ? String.format(Locale.ROOT, "%.3f", metric.value().getAsDouble())
                      : "-",
                  metric.n(),
                  metric.errors(),
                  metric.unparsed(),
                  metric.missing()));
    }
    return lines;
  }

  /** One document for one set of answers; several stand in {@code results}. */
  String json() {
    Map<Result, Map<String, Object>> documents = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      if (metric.category().equals(BenchmarkQuestion.ALL_CATEGORIES)) {
        documents.computeIfAbsent(Result.of(metric), key -> document(metric));
      }
    }
    List<Map<String, Object>> results = List.copyOf(documents.values());
    return Json.write(results.size() == 1 ? results.get(0) : Map.of("results", results));
  }

  private Map<String, Object> document(Metric all) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      if (Result.of(metric).equals(Result.of(all))) {
        values.put(
            name(metric),
            metric.value().isPresent() ? (Object) metric.value().getAsDouble() : null);
      }
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("benchmark", all.benchmark());
    document.put("profile", all.profile());
    document.put("method", all.method());
    document.put("n", all.n());
    document.put("n_errors", all.errors());
    document.put("n_unparsed", all.unparsed());
    document.put("n_missing", all.missing());
    document.put("metrics", values);
    return document;
  }

  private static String name(Metric metric) {
    return metric.category().equals(BenchmarkQuestion.ALL_CATEGORIES)
        ? metric.name()
        : metric.name() + "/" + metric.category();
  }
}
