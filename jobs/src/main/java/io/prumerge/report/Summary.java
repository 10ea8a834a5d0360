package io.prumerge.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** What each method keeps of the baseline, over all benchmarks of a run. */
final class Summary {

  /** One method of one run. */
  private record Key(String runId, String model, String method) {}

  /** Where a headline stands; there is one under the benchmark's own profile. */
  private record Place(String benchmark, String split) {}

  private Summary() {}

  /**
   * One line per run and method, in the order of {@code efficiency}. Headlines are those of each
   * benchmark's own profile.
   *
   * @param results all results
   * @param efficiency rows of {@link Table#EFFICIENCY}
   * @param baseline the method compared with
   */
  static List<MethodSummary> of(List<Result> results, List<Row> efficiency, String baseline) {
    Map<Key, Map<Place, Metric>> headlines = new HashMap<>();
    for (Result result : results) {
      if (result.isOwnProfile()) {
        ScoreKey key = result.key();
        result.metrics().stream()
            .filter(Metric::headline)
            .forEach(
                metric ->
                    headlines
                        .computeIfAbsent(
                            new Key(key.runId(), key.model(), key.method()),
                            absent -> new LinkedHashMap<>())
                        .put(new Place(key.benchmark(), key.split()), metric));
      }
    }
    Map<Key, List<Row>> costs =
        efficiency.stream()
            .collect(
                Collectors.groupingBy(
                    row -> new Key(row.getAs("run_id"), row.getAs("model"), row.getAs("method")),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<MethodSummary> summaries = new ArrayList<>();
    costs.forEach(
        (key, rows) -> {
          Map<Place, Metric> own = headlines.getOrDefault(key, Map.of());
          Map<Place, Metric> base =
              headlines.getOrDefault(new Key(key.runId(), key.model(), baseline), Map.of());
          summaries.add(
              new MethodSummary(
                  key.runId(),
                  key.model(),
                  key.method(),
                  baseline,
                  own.size(),
                  retention(own, base),
                  retentionError(own, base),
                  mean(rows, "visual_tokens_after_mean"),
                  mean(rows, "flops_total_mean"),
                  mean(rows, "ms_total_mean"),
                  false));
        });
    return summaries.stream().map(one -> one.withPareto(onFront(one, summaries))).toList();
  }

  private static boolean onFront(MethodSummary one, List<MethodSummary> all) {
    return one.comparable()
        && all.stream()
            .filter(other -> other.runId().equals(one.runId()))
            .noneMatch(other -> other.beats(one));
  }

  private static OptionalDouble retention(Map<Place, Metric> own, Map<Place, Metric> base) {
    double sum = 0;
    for (Map.Entry<Place, Metric> entry : own.entrySet()) {
      OptionalDouble value = entry.getValue().value();
      Metric reference = base.get(entry.getKey());
      if (value.isEmpty() || reference == null || reference.value().orElse(0) == 0) {
        return OptionalDouble.empty();
      }
      sum += 100 * value.getAsDouble() / reference.value().getAsDouble();
    }
    return own.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(sum / own.size());
  }

  /** Errors of the benchmarks' shares, added up as those of independent figures. */
  private static OptionalDouble retentionError(Map<Place, Metric> own, Map<Place, Metric> base) {
    double squares = 0;
    for (Map.Entry<Place, Metric> entry : own.entrySet()) {
      OptionalDouble error = entry.getValue().stderr();
      Metric reference = base.get(entry.getKey());
      if (error.isEmpty() || reference == null || reference.value().orElse(0) == 0) {
        return OptionalDouble.empty();
      }
      double share = 100 * error.getAsDouble() / reference.value().getAsDouble();
      squares += share * share;
    }
    return own.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.sqrt(squares) / own.size());
  }

  /** The plain mean over benchmarks; absent where no question was answered. */
  private static OptionalDouble mean(List<Row> rows, String column) {
    return rows.stream()
        .map(row -> row.<Double>getAs(column))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .average();
  }
}
