package io.prumerge.report;

import io.prumerge.metric.Comparison;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Result;
import io.prumerge.statistics.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The document that {@code report --json} prints.
 *
 * @param output the report's folder
 * @param baseline the method the others are compared with
 * @param methods a row per run and method
 * @param contrasts a row per pair of methods and figure
 */
public record ReportDocument(
    String output, String baseline, List<Line> methods, List<ContrastLine> contrasts) {

  /**
   * One method of one run; absent figures are null.
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
      Double retentionCiLow,
      Double retentionCiHigh,
      Double retentionChanceCorrected,
      Double visualTokens,
      Double visualTokensLayerMean,
      Double flops,
      Double ms,
      boolean pareto,
      Map<String, Double> headlines) {}

  /** A row of {@code report/contrasts}. */
  record ContrastLine(
      String benchmark,
      String split,
      String metric,
      String a,
      String b,
      double delta,
      Double ciLow,
      Double ciHigh,
      String test,
      Double pValue,
      Double pAdjusted,
      long nBoth,
      long nOnlyA,
      long nOnlyB,
      String caveat) {}

  public static ReportDocument of(Report report, String output) {
    return new ReportDocument(
        output,
        report.baseline(),
        report.summary().stream().map(summary -> line(summary, report.results())).toList(),
        report.contrasts().stream().map(ReportDocument::line).toList());
  }

  private static ContrastLine line(ContrastResult contrast) {
    Comparison comparison = contrast.comparison();
    Optional<Comparison.Test> test = comparison.test();
    return new ContrastLine(
        contrast.benchmark(),
        contrast.split(),
        contrast.metric(),
        contrast.a(),
        contrast.b(),
        comparison.delta(),
        comparison.interval().map(Interval::low).orElse(null),
        comparison.interval().map(Interval::high).orElse(null),
        test.map(one -> one.way().label()).orElse(null),
        test.map(Comparison.Test::pValue).orElse(null),
        test.map(one -> boxed(one.adjusted())).orElse(null),
        contrast.questions().both(),
        contrast.questions().onlyA(),
        contrast.questions().onlyB(),
        contrast.caveat().orElse(null));
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
                        String.format(
                            Locale.ROOT,
                            "%s/%s %s",
                            metric.benchmark(),
                            metric.split(),
                            metric.name()),
                        boxed(metric.value())));
      }
    }
    return new Line(
        summary.runId(),
        summary.model(),
        summary.method(),
        boxed(summary.retention()),
        boxed(summary.retentionError()),
        summary.retentionInterval().map(Interval::low).orElse(null),
        summary.retentionInterval().map(Interval::high).orElse(null),
        boxed(summary.retentionAboveChance()),
        boxed(summary.visualTokens()),
        boxed(summary.layerTokens()),
        boxed(summary.flops()),
        boxed(summary.millis()),
        summary.pareto(),
        headlines);
  }

  private static Double boxed(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }
}
