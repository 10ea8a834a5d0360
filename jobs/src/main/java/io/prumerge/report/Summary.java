package io.prumerge.report;

import io.prumerge.metric.Measurements;
import io.prumerge.metric.MethodKey;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Result;
import io.prumerge.metric.RetentionEstimate;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** Computes retention and mean costs over all benchmarks of a run. */
final class Summary {

  private Summary() {}

  /**
   * Returns a row per run and method, in the order of {@code efficiency}. Headlines are those of
   * each benchmark's own profile.
   *
   * @param efficiency rows of {@link Table#EFFICIENCY}
   * @param baseline the method compared with
   */
  static List<MethodSummary> of(Measurements measurements, List<Row> efficiency, String baseline) {
    Map<MethodKey, Long> headlines =
        measurements.results().stream()
            .filter(Result::isOwnProfile)
            .collect(
                Collectors.groupingBy(
                    result -> MethodKey.of(result.key()),
                    Collectors.summingLong(
                        result -> result.metrics().stream().filter(Metric::headline).count())));
    Map<MethodKey, List<Row>> costs =
        efficiency.stream()
            .collect(
                Collectors.groupingBy(
                    row ->
                        new MethodKey(row.getAs("run_id"), row.getAs("model"), row.getAs("method")),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<MethodSummary> summaries = new ArrayList<>();
    costs.forEach(
        (key, rows) -> {
          Optional<RetentionEstimate> retention = measurements.retention(key);
          summaries.add(
              new MethodSummary(
                  key.runId(),
                  key.model(),
                  key.method(),
                  baseline,
                  headlines.getOrDefault(key, 0L),
                  retention
                      .map(one -> OptionalDouble.of(one.value()))
                      .orElse(OptionalDouble.empty()),
                  retention.map(RetentionEstimate::error).orElse(OptionalDouble.empty()),
                  retention.flatMap(RetentionEstimate::interval),
                  retention.map(RetentionEstimate::aboveChance).orElse(OptionalDouble.empty()),
                  mean(rows, "visual_tokens_after_mean"),
                  mean(rows, "visual_tokens_layer_mean"),
                  mean(rows, "flops_total_mean"),
                  mean(rows, "ms_total_mean"),
                  false));
        });
    return withFronts(summaries);
  }

  /** Returns the rows with each run's Pareto front marked. */
  static List<MethodSummary> withFronts(List<MethodSummary> summaries) {
    return summaries.stream().map(one -> one.withPareto(onFront(one, summaries))).toList();
  }

  private static boolean onFront(MethodSummary one, List<MethodSummary> all) {
    return one.comparable()
        && all.stream()
            .filter(other -> other.runId().equals(one.runId()))
            .noneMatch(other -> other.beats(one));
  }

  /** Returns the unweighted mean over benchmarks; absent if no question was answered. */
  private static OptionalDouble mean(List<Row> rows, String column) {
    return rows.stream()
        .map(row -> row.<Double>getAs(column))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average();
  }
}
