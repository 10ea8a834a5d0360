package io.prumerge.report;

import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.leaderboard.Oracle;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.statistics.Interval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The document that {@code report --json} prints.
 *
 * @param output the report's folder
 * @param baseline the method the others are compared with
 * @param methods a row per run and method
 * @param categories the rows of {@code report/metrics} by which categories are compared
 * @param contrasts the rows of {@code report/contrasts}
 * @param protocols the rows of {@code report/protocols}
 * @param published the rows of {@code report/published}
 * @param leaderboard a row per run, budget and line, table by table
 * @param oracle the rows of {@code report/oracle}
 */
public record ReportDocument(
    String output,
    String baseline,
    List<Line> methods,
    List<Map<String, Object>> categories,
    List<Map<String, Object>> contrasts,
    List<Map<String, Object>> protocols,
    List<Map<String, Object>> published,
    List<Map<String, Object>> leaderboard,
    List<Map<String, Object>> oracle) {

  /**
   * One method of one run; absent figures are null.
   *
   * @param retention percent
   * @param headlines headline figures by {@code benchmark/split metric}
   */
  private record Line(
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

  /** Names of a row of {@code report/leaderboard} where they are shorter than its columns'. */
  private static final Map<String, String> SHORTER =
      Map.of(
          "flops_total_mean",
          "flops",
          "ms_select_mean",
          "ms_select",
          "ms_prefill_mean",
          "ms_prefill");

  public static ReportDocument of(Report report, String output) {
    return new ReportDocument(
        output,
        report.baseline(),
        report.summary().stream().map(summary -> line(summary, report.results())).toList(),
        Metric.TABLE.values(report.metrics().stream().filter(Metric::isOfCategory).toList()),
        ContrastResult.TABLE.values(report.contrasts()),
        ProtocolEffect.TABLE.values(report.protocols()),
        BesidePublished.TABLE.values(report.published().rows()),
        lines(report.leaderboard().standings()),
        Oracle.TABLE.values(report.answers().oracles()));
  }

  private static List<Map<String, Object>> lines(List<Standing> standings) {
    List<Map<String, Object>> lines = Standing.TABLE.values(standings);
    return lines.stream().map(ReportDocument::line).toList();
  }

  /** Returns the columns of a row, its letters after the methods that they are of. */
  private static Map<String, Object> line(Map<String, Object> columns) {
    Map<String, Object> line = new LinkedHashMap<>();
    columns.forEach(
        (name, value) -> {
          line.putIfAbsent(SHORTER.getOrDefault(name, name), value);
          if (name.equals("methods")) {
            line.put("letters", columns.get("letters"));
          }
        });
    return line;
  }

  private static Line line(MethodSummary summary, List<MethodResult> results) {
    Map<String, Double> headlines = new TreeMap<>();
    for (MethodResult result : results) {
      if (result.isOwnProfile()
          && result.key().runId().equals(summary.runId())
          && result.key().method().equals(summary.method())) {
        result.metrics().stream()
            .filter(Metric::headline)
            .forEach(
                metric ->
                    headlines.put(
                        Text.format(
                            "%s/%s %s",
                            metric.key().benchmark(), metric.key().split(), metric.name()),
                        Optionals.orNull(metric.value())));
      }
    }
    return new Line(
        summary.runId(),
        summary.model(),
        summary.method(),
        Optionals.orNull(summary.retention()),
        Optionals.orNull(summary.retentionStderr()),
        summary.retentionInterval().map(Interval::low).orElse(null),
        summary.retentionInterval().map(Interval::high).orElse(null),
        Optionals.orNull(summary.retentionChanceCorrected()),
        Optionals.orNull(summary.visualTokensAfterMean()),
        Optionals.orNull(summary.visualTokensLayerMean()),
        Optionals.orNull(summary.flopsTotalMean()),
        Optionals.orNull(summary.msTotalMean()),
        summary.pareto().orElse(false),
        headlines);
  }
}
