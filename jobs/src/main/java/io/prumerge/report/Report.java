package io.prumerge.report;

import io.prumerge.cost.ModelShape;
import io.prumerge.leaderboard.BudgetGroup;
import io.prumerge.leaderboard.ComparedAnswers;
import io.prumerge.leaderboard.ComparedAnswers.Agreement;
import io.prumerge.leaderboard.ComparedAnswers.Difficulty;
import io.prumerge.leaderboard.ComparedAnswers.Oracle;
import io.prumerge.leaderboard.Leaderboard;
import io.prumerge.leaderboard.Leaderboard.RankedPair;
import io.prumerge.leaderboard.Leaderboard.Standing;
import io.prumerge.metric.Caveats;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Measurements;
import io.prumerge.metric.Measurements.RetentionEstimate;
import io.prumerge.metric.MethodKey;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.metric.Result;
import io.prumerge.report.Efficiency.RooflineTimes;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The figures of one or more runs; small enough for the driver.
 *
 * @param results every figure of every method
 * @param efficiency rows of {@link Table#EFFICIENCY}
 * @param summary a row per run and method
 * @param contrasts comparisons of methods
 * @param leaderboard the methods of each budget, ranked
 * @param answers the methods' answers compared question by question
 * @param baseline the method the others are compared with
 */
public record Report(
    List<Result> results,
    List<Row> efficiency,
    List<MethodSummary> summary,
    List<ContrastResult> contrasts,
    Leaderboard leaderboard,
    ComparedAnswers answers,
    String baseline) {

  /**
   * The tables whose rows belong to one run. Contrasts, which may compare several, are in reports
   * only. Runs are last: in a catalog, a run that is listed there is in all tables.
   */
  public static final List<Table> TABLES =
      List.of(
          Table.PREDICTIONS,
          Table.SCORES,
          Metric.TABLE,
          Table.EFFICIENCY,
          MethodSummary.TABLE,
          Standing.TABLE,
          RankedPair.TABLE,
          Agreement.TABLE,
          Oracle.TABLE,
          Difficulty.TABLE,
          Table.RUNS);

  /**
   * Computes the figures of written rows.
   *
   * @param predictions rows of {@link Table#PREDICTIONS}, read from files: an inference plan would
   *     run again for each pass
   * @param scores their rows of {@link Table#SCORES}
   */
  public static Report of(Dataset<Row> predictions, Dataset<Row> scores, Inference inference) {
    List<Row> efficiency =
        Efficiency.of(predictions)
            .selectExpr(Table.EFFICIENCY.schema().fieldNames())
            .collectAsList();
    List<BudgetGroup> groups = BudgetGroup.of(methods(efficiency), inference.baseline());
    Measurements measurements =
        Metrics.compared(scores, inference, groups.stream().map(BudgetGroup::pairs).toList());
    ComparedAnswers answers = ComparedAnswers.of(predictions, scores, groups);
    return new Report(
        measurements.results(),
        efficiency,
        Summary.of(measurements, efficiency, inference.baseline()),
        measurements.contrasts(),
        Leaderboard.of(groups, measurements, answers, efficiency),
        answers,
        inference.baseline());
  }

  private static List<MethodKey> methods(List<Row> efficiency) {
    return efficiency.stream()
        .map(row -> new MethodKey(row.getAs("run_id"), row.getAs("model"), row.getAs("method")))
        .distinct()
        .toList();
  }

  /**
   * Returns the report with minimum times on other hardware, for models of known dimensions.
   *
   * @param shapes by run
   */
  public Report estimated(Map<String, ModelShape> shapes) {
    return new Report(
        results,
        RooflineTimes.added(efficiency, shapes),
        summary,
        contrasts,
        leaderboard,
        answers,
        baseline);
  }

  /** Returns messages about figures over a part of their questions. */
  public List<String> caveats() {
    return Stream.concat(Caveats.of(results).stream(), Caveats.ofContrasts(contrasts).stream())
        .toList();
  }

  /** Returns the metrics of all results, sorted. */
  public List<Metric> metrics() {
    return results.stream().flatMap(result -> result.metrics().stream()).toList();
  }

  /**
   * Writes all tables of the report but {@code runs}.
   *
   * @param place the path of a table; must not exist
   * @return a new map of the written rows, as they would be read
   */
  public Map<Table, List<Row>> write(SparkSession spark, Function<Table, String> place) {
    Map<Table, List<Row>> tables = new LinkedHashMap<>();
    tables.put(Metric.TABLE, Metric.TABLE.rows(metrics()));
    tables.put(Table.EFFICIENCY, efficiency);
    tables.put(MethodSummary.TABLE, MethodSummary.TABLE.rows(summary));
    tables.put(ContrastResult.TABLE, ContrastResult.TABLE.rows(contrasts));
    tables.put(Standing.TABLE, Standing.TABLE.rows(leaderboard.standings()));
    tables.put(RankedPair.TABLE, RankedPair.TABLE.rows(leaderboard.pairs()));
    tables.put(Agreement.TABLE, Agreement.TABLE.rows(answers.agreements()));
    tables.put(Oracle.TABLE, Oracle.TABLE.rows(answers.oracles()));
    tables.put(Difficulty.TABLE, Difficulty.TABLE.rows(answers.difficulties()));
    tables.replaceAll((table, rows) -> table.write(spark, rows, place.apply(table)));
    return tables;
  }

  /** Computes retention and mean costs over all benchmarks of a run. */
  static final class Summary {

    private Summary() {}

    /**
     * Returns a row per run and method, in the order of {@code efficiency}. Headlines are those of
     * each benchmark's own profile.
     *
     * @param efficiency rows of {@link Table#EFFICIENCY}
     * @param baseline the method compared with
     */
    static List<MethodSummary> of(
        Measurements measurements, List<Row> efficiency, String baseline) {
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
                          new MethodKey(
                              row.getAs("run_id"), row.getAs("model"), row.getAs("method")),
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
                    mean(rows, "visual_tokens_after_mean"),
                    mean(rows, "flops_total_mean"),
                    mean(rows, "ms_total_mean"),
                    Optional.empty(),
                    retention.flatMap(RetentionEstimate::interval),
                    retention.map(RetentionEstimate::aboveChance).orElse(OptionalDouble.empty()),
                    mean(rows, "visual_tokens_layer_mean")));
          });
      return withFronts(summaries);
    }

    /** Returns the rows with each run's Pareto front marked. */
    static List<MethodSummary> withFronts(List<MethodSummary> summaries) {
      return summaries.stream()
          .map(one -> one.comparable() ? one.withPareto(onFront(one, summaries)) : one)
          .toList();
    }

    private static boolean onFront(MethodSummary one, List<MethodSummary> all) {
      return all.stream()
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
}
