package io.prumerge.report;

import io.prumerge.leaderboard.Oracle;
import io.prumerge.leaderboard.Standing;
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
 * @param leaderboard a row per run, budget and line, table by table
 * @param oracle a row per run, benchmark and budget
 */
public record ReportDocument(
    String output,
    String baseline,
    List<Line> methods,
    List<ContrastLine> contrasts,
    List<BoardLine> leaderboard,
    List<OracleLine> oracle) {

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

  /** A row of {@code report/leaderboard}. */
  record BoardLine(
      String runId,
      String model,
      String budget,
      String method,
      List<String> methods,
      String letters,
      Double accuracy,
      Double accuracySd,
      Double retention,
      Double retentionCiLow,
      Double retentionCiHigh,
      Double retentionSd,
      Double retentionChanceCorrected,
      Double loyalty,
      Double visualTokensLayerMean,
      Double flops,
      Double msSelect,
      Double msPrefill,
      Double scoreEasy,
      Double scoreHard) {}

  /** A row of {@code report/oracle}. */
  record OracleLine(
      String runId,
      String model,
      String benchmark,
      String split,
      String budget,
      long nMethods,
      long n,
      Double baselineScore,
      String bestMethod,
      Double bestScore,
      Double oracleScore,
      long nKeepable,
      Double keptShare,
      Double visualTokensBaselineMean,
      Double visualTokensFewestMean) {}

  public static ReportDocument of(Report report, String output) {
    return new ReportDocument(
        output,
        report.baseline(),
        report.summary().stream().map(summary -> line(summary, report.results())).toList(),
        report.contrasts().stream().map(ReportDocument::line).toList(),
        report.leaderboard().standings().stream().map(ReportDocument::line).toList(),
        report.answers().oracles().stream().map(ReportDocument::line).toList());
  }

  private static BoardLine line(Standing one) {
    return new BoardLine(
        one.runId(),
        one.model(),
        one.budget(),
        one.name(),
        one.methods(),
        one.letters(),
        boxed(one.accuracy()),
        boxed(one.accuracySpread()),
        boxed(one.retention()),
        one.retentionInterval().map(Interval::low).orElse(null),
        one.retentionInterval().map(Interval::high).orElse(null),
        boxed(one.retentionSpread()),
        boxed(one.retentionAboveChance()),
        boxed(one.loyalty()),
        boxed(one.tokens()),
        boxed(one.flops()),
        boxed(one.selectMillis()),
        boxed(one.prefillMillis()),
        boxed(one.easy()),
        boxed(one.hard()));
  }

  private static OracleLine line(Oracle one) {
    return new OracleLine(
        one.runId(),
        one.model(),
        one.benchmark(),
        one.split(),
        one.budget(),
        one.methods(),
        one.n(),
        boxed(one.baselineScore()),
        one.bestMethod(),
        boxed(one.bestScore()),
        boxed(one.oracleScore()),
        one.keepable(),
        boxed(one.keptShare()),
        boxed(one.baselineTokens()),
        boxed(one.fewestTokens()));
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
