package io.prumerge.jobs;

import io.prumerge.report.MethodSummary;
import io.prumerge.report.Metric;
import io.prumerge.report.Report;
import io.prumerge.report.Result;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What {@code report --json} prints.
 *
 * @param output the report's folder
 * @param baseline the method the others are compared with
 * @param methods a row per run and method
 */
record ReportDocument(String output, String baseline, List<Line> methods) {

  /**
   * One method of one run; null where a figure is absent.
   *
   * @param retention percent
   * @param headlines headline figures by {@code benchmark/split metric}
   */
  record Line(
      String runId,
      String model,
      String method,
      Double retention,
      Double retentionStderr,
      Double visualTokens,
      Double flops,
      Double ms,
      boolean pareto,
      Map<String, Double> headlines) {}

  static ReportDocument of(Report report, String output) {
    return new ReportDocument(
        output,
        report.baseline(),
        report.summary().stream().map(summary -> line(summary, report.results())).toList());
  }

  private static Line line(MethodSummary summary, List<Result> results) {
    Map<String, Double> headlines = new TreeMap<>();
    for (Result result : results) {
      if (result.isOwnProfile()
          && result.key().runId().equals(summary.runId())
          && result.key().method().equals(summary.method())) {
        result.metrics().stream()
            .filter(Metric::headline)
            .forEach(
                metric ->
                    headlines.put(
                        "%s/%s %s".formatted(metric.benchmark(), metric.split(), metric.name()),
                        boxed(metric.value())));
      }
    }
    return new Line(
        summary.runId(),
        summary.model(),
        summary.method(),
        boxed(summary.retention()),
        boxed(summary.retentionError()),
        boxed(summary.visualTokens()),
        boxed(summary.flops()),
        boxed(summary.millis()),
        summary.pareto(),
        headlines);
  }

  private static Double boxed(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }
}
