package io.prumerge.report;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Benchmarks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Scores made into each benchmark's metrics. */
public final class Metrics {

  /** Marks metrics of the questions without an error. */
  private static final String ANSWERED_ONLY = "_answered_only";

  private Metrics() {}

  /**
   * All metrics of all results, sorted.
   *
   * @param predictions at least {@code run_id, model, benchmark, split, method, question_id,
   *     image_id, category, error}
   * @param scores rows of {@link Table#SCORES}
   */
  public static List<Metric> of(Dataset<Row> predictions, Dataset<Row> scores) {
    Map<ScoreKey, List<ScoreGroup>> categories = new LinkedHashMap<>();
    List<ScoreGroup> overall = new ArrayList<>();
    for (ScoreGroup group : ScoreGroups.of(predictions, scores)) {
      if (group.category().equals(BenchmarkQuestion.ALL_CATEGORIES)) {
        overall.add(group);
      } else {
        categories.computeIfAbsent(group.key(), key -> new ArrayList<>()).add(group);
      }
    }
    List<Metric> metrics = new ArrayList<>();
    for (ScoreGroup all : overall) {
      List<ScoreGroup> parts = categories.get(all.key());
      metrics.addAll(metrics(all, parts));
      parts.forEach(part -> metrics.addAll(metrics(part, List.of(part))));
    }
    metrics.sort(
        Comparator.comparing(Metric::runId)
            .thenComparing(Metric::benchmark)
            .thenComparing(Metric::split)
            .thenComparing(Metric::method)
            .thenComparing(Metric::profile)
            .thenComparing(Metric::category)
            .thenComparing(Metric::name));
    return metrics;
  }

  private static List<Metric> metrics(ScoreGroup group, List<ScoreGroup> parts) {
    boolean family = Benchmarks.averaged(group.key().benchmark());
    List<Metric> metrics = new ArrayList<>();
    if (family) {
      metrics.add(metric(group, family, "f1", mean(parts, Counts::f1), OptionalDouble.empty()));
      metrics.add(
          metric(group, family, "accuracy", mean(parts, Counts::accuracy), group.scoreError()));
      metrics.add(
          metric(
              group, family, "precision", mean(parts, Counts::precision), OptionalDouble.empty()));
      metrics.add(
          metric(group, family, "recall", mean(parts, Counts::recall), OptionalDouble.empty()));
      metrics.add(
          metric(group, family, "yes_ratio", mean(parts, Counts::yesRatio), group.yesError()));
    } else {
      metrics.add(metric(group, family, "accuracy", group.meanScore(), group.scoreError()));
    }
    return metrics;
  }

  /** The plain mean over the categories with answers, absent as soon as one value is. */
  private static OptionalDouble mean(
      List<ScoreGroup> parts, Function<Counts, OptionalDouble> metric) {
    List<OptionalDouble> values =
        parts.stream()
            .filter(part -> part.n() > 0)
            .map(part -> metric.apply(part.counts()))
            .toList();
    return values.stream().allMatch(OptionalDouble::isPresent)
        ? values.stream().mapToDouble(OptionalDouble::getAsDouble).average()
        : OptionalDouble.empty();
  }

  private static Metric metric(
      ScoreGroup group, boolean family, String name, OptionalDouble share, OptionalDouble error) {
    ScoreKey key = group.key();
    boolean overall = group.category().equals(BenchmarkQuestion.ALL_CATEGORIES);
    return new Metric(
        key.runId(),
        key.model(),
        key.benchmark(),
        key.split(),
        key.method(),
        key.profile(),
        group.category(),
        key.answeredOnly() ? name + ANSWERED_ONLY : name,
        overall && !key.answeredOnly() && name.equals(family ? "f1" : "accuracy"),
        percent(share),
        percent(error),
        group.n(),
        group.clusters(),
        group.errors(),
        group.unparsed(),
        group.missing());
  }

  private static OptionalDouble percent(OptionalDouble share) {
    return share.isPresent() ? OptionalDouble.of(100 * share.getAsDouble()) : share;
  }

  /**
   * Rows of {@link Table#METRICS}.
   *
   * @param baseline the method whose value {@code delta_vs_baseline} is taken from
   */
  public static List<Row> rows(List<Metric> metrics, String baseline) {
    Map<List<String>, OptionalDouble> baselines = new HashMap<>();
    for (Metric metric : metrics) {
      if (metric.method().equals(baseline)) {
        baselines.put(metric.pairing(), metric.value());
      }
    }
    return metrics.stream()
        .map(metric -> metric.row(baselines.getOrDefault(metric.pairing(), OptionalDouble.empty())))
        .toList();
  }
}
