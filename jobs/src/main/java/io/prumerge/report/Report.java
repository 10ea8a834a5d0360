package io.prumerge.report;

import io.prumerge.cost.ModelShape;
import io.prumerge.lang.Optionals;
import io.prumerge.leaderboard.Agreement;
import io.prumerge.leaderboard.BudgetGroup;
import io.prumerge.leaderboard.ComparedAnswers;
import io.prumerge.leaderboard.Difficulty;
import io.prumerge.leaderboard.Leaderboard;
import io.prumerge.leaderboard.Oracle;
import io.prumerge.leaderboard.RankedPair;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.Caveats;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Measurements;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.metric.RetentionEstimate;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.published.PublishedFile;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Table;
import io.prumerge.store.TableRows;
import io.prumerge.store.VisualTokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The figures of one or more runs; small enough for the driver.
 *
 * @param runs what the predictions say of each run, sorted by its id
 * @param results every figure of every method
 * @param efficiency what each method cost on each benchmark
 * @param methods what is known of the methods as a whole
 * @param contrasts comparisons of methods
 * @param noise how far answers and figures change by being asked again; empty if none were
 * @param published figures beside those of a file of published ones, if there is one
 * @param notes messages about figures that could not be estimated, and about how runs were asked
 */
public record Report(
    List<RunAnswers> runs,
    List<MethodResult> results,
    List<EfficiencyRow> efficiency,
    ReportedMethods methods,
    List<ContrastResult> contrasts,
    List<Noise> noise,
    PublishedCheck published,
    List<String> notes) {

  /**
   * The tables whose rows belong to one run. Contrasts, which may compare several, are in reports
   * only. Runs are last: in a catalog, a run that is listed there is in all tables.
   */
  public static final List<Table<?>> TABLES =
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
   * Returns the figures of written rows.
   *
   * @param predictions rows of {@link Table#PREDICTIONS}, read from files: an inference plan would
   *     run again for each pass
   * @param scores their rows of {@link Table#SCORES}
   */
  public static Report of(Dataset<Row> predictions, Dataset<Row> scores, Inference inference) {
    return of(costs(predictions), predictions, scores, inference);
  }

  /**
   * Returns the costs of methods on benchmarks: the figures that need no scores.
   *
   * @param predictions as of {@link #of}
   */
  public static MethodCosts costs(Dataset<Row> predictions) {
    return Efficiency.collect(predictions);
  }

  /**
   * Returns the figures of written rows.
   *
   * @param costs those of the predictions
   */
  public static Report of(
      MethodCosts costs, Dataset<Row> predictions, Dataset<Row> scores, Inference inference) {
    List<EfficiencyRow> efficiency = costs.efficiency();
    List<BudgetGroup> groups = BudgetGroup.of(methods(efficiency), inference.baseline());
    Measurements measurements =
        Metrics.compared(
            scores,
            inference.comparing(
                FrameControls.added(inference.contrasts(), efficiency, inference.baseline())),
            groups.stream().map(BudgetGroup::pairs).toList());
    ComparedAnswers answers =
        ComparedAnswers.of(predictions, scores, inference.benchmarks().ownProfiles(), groups);
    return new Report(
        costs.runs(),
        measurements.results(),
        efficiency,
        new ReportedMethods(
            Summary.of(measurements, efficiency, inference),
            Leaderboard.of(groups, measurements, answers, efficiency),
            answers,
            new MethodNames(methods(efficiency), inference.folders(), inference.protocols()),
            inference.baseline()),
        measurements.contrasts(),
        List.of(),
        PublishedCheck.NONE,
        Stream.of(Unanswered.notes(costs, predictions, inference.folders()), costs.notes())
            .flatMap(List::stream)
            .toList());
  }

  private static List<MethodKey> methods(List<EfficiencyRow> efficiency) {
    return efficiency.stream().map(MethodKey::of).distinct().toList();
  }

  /**
   * Returns the report with minimum times on other hardware, for models of known dimensions.
   *
   * @param shapes by run
   */
  public Report estimated(Map<String, ModelShape> shapes) {
    RooflineTimes times =
        RooflineTimes.of(efficiency, shapes, run -> names().protocol(run).isPresent());
    return new Report(
        runs,
        results,
        times.efficiency(),
        methods,
        contrasts,
        noise,
        published,
        and(times.notes()));
  }

  /**
   * Returns the report with what is said of the benchmarks' files.
   *
   * @param said returns what a result says of its benchmark's
   */
  public Report ofFiles(Function<ScoreKey, List<String>> said) {
    return new Report(
        runs,
        results.stream().map(one -> one.ofFiles(said.apply(one.key()))).toList(),
        efficiency,
        methods,
        contrasts,
        noise,
        published,
        notes);
  }

  /**
   * Returns the report with what is said of a baseline that answers nothing right.
   *
   * @param templates conversation templates by run
   */
  public Report asked(Map<String, String> templates) {
    return noting(SilentBaseline.notes(results, baseline(), names(), templates));
  }

  /**
   * Returns the report with what asking the questions again has changed. Comparisons say whether
   * their difference is within it.
   */
  public Report repeated(List<Noise> changes) {
    return new Report(
        runs,
        results,
        efficiency,
        methods,
        contrasts.stream().map(one -> Noise.marked(one, changes, names())).toList(),
        List.copyOf(changes),
        published,
        notes);
  }

  /**
   * Returns the report with its figures beside published ones.
   *
   * @param askings how each run was asked, by its id
   */
  public Report beside(PublishedFile file, Map<String, RunAsking> askings) {
    return new Report(
        runs,
        results,
        efficiency,
        methods,
        contrasts,
        noise,
        PublishedCheck.of(file, results, efficiency, askings),
        notes);
  }

  /** Returns the report with more messages. */
  public Report noting(List<String> more) {
    return new Report(runs, results, efficiency, methods, contrasts, noise, published, and(more));
  }

  private List<String> and(List<String> more) {
    return Stream.of(notes, more).flatMap(List::stream).toList();
  }

  /** Returns a row per run and method. */
  public List<MethodSummary> summary() {
    return methods.summary();
  }

  /** Returns the methods of each budget, ranked. */
  public Leaderboard leaderboard() {
    return methods.leaderboard();
  }

  /** Returns the methods' answers compared question by question. */
  public ComparedAnswers answers() {
    return methods.answers();
  }

  /** Returns the names of the methods that have a summary. */
  public MethodNames names() {
    return methods.names();
  }

  /** Returns the method that the others are compared with. */
  public String baseline() {
    return methods.baseline();
  }

  /**
   * Returns messages about methods that did nothing, figures over a part of their questions, and
   * figures that could not be estimated.
   */
  public List<String> caveats() {
    return Stream.of(
            DroppedTokens.caveats(efficiency, names()),
            Caveats.of(results),
            Caveats.ofFiles(results, key -> names().run(key.runId())),
            Caveats.ofContrasts(contrasts),
            published.warnings(),
            notes)
        .flatMap(List::stream)
        .toList();
  }

  /** Returns how far frames, their number and methods move the figures; none without videos. */
  public List<ProtocolEffect> protocols() {
    return ProtocolEffects.of(this);
  }

  /** Returns the metrics of all results, sorted. */
  public List<Metric> metrics() {
    return results.stream().flatMap(result -> result.metrics().stream()).toList();
  }

  /**
   * Returns the rows of all tables but {@code runs}; none of the noise without repeats, of
   * published figures where none fits, and of protocols without videos.
   */
  public List<TableRows<?>> tables() {
    List<TableRows<?>> tables = new ArrayList<>();
    if (!noise.isEmpty()) {
      tables.add(new TableRows<>(Noise.TABLE, noise));
    }
    if (!published.rows().isEmpty()) {
      tables.add(new TableRows<>(BesidePublished.TABLE, published.rows()));
    }
    List<ProtocolEffect> effects = protocols();
    if (!effects.isEmpty()) {
      tables.add(new TableRows<>(ProtocolEffect.TABLE, effects));
    }
    tables.addAll(
        List.of(
            new TableRows<>(Metric.TABLE, metrics()),
            new TableRows<>(Table.EFFICIENCY, efficiency),
            new TableRows<>(MethodSummary.TABLE, summary()),
            new TableRows<>(ContrastResult.TABLE, contrasts),
            new TableRows<>(Standing.TABLE, leaderboard().standings()),
            new TableRows<>(RankedPair.TABLE, leaderboard().pairs()),
            new TableRows<>(Agreement.TABLE, answers().agreements()),
            new TableRows<>(Oracle.TABLE, answers().oracles()),
            new TableRows<>(Difficulty.TABLE, answers().difficulties())));
    return tables;
  }

  /** Computes retention and mean costs over all benchmarks of a run. */
  static final class Summary {

    private Summary() {}

    /**
     * Returns a row per run and method, in the order of {@code efficiency}. Headlines are those of
     * each benchmark's own profile.
     *
     * @param efficiency what the methods cost
     * @param inference names the baseline and the runs' protocols
     */
    static List<MethodSummary> of(
        Measurements measurements, List<EfficiencyRow> efficiency, Inference inference) {
      Map<MethodKey, Long> headlines =
          measurements.results().stream()
              .filter(MethodResult::isOwnProfile)
              .collect(
                  Collectors.groupingBy(
                      result -> MethodKey.of(result.key()),
                      Collectors.summingLong(
                          result -> result.metrics().stream().filter(Metric::headline).count())));
      Map<MethodKey, List<EfficiencyRow>> costs =
          efficiency.stream()
              .collect(
                  Collectors.groupingBy(MethodKey::of, LinkedHashMap::new, Collectors.toList()));
      List<MethodSummary> summaries = new ArrayList<>();
      costs.forEach(
          (key, rows) -> {
            Optional<RetentionEstimate> estimate = measurements.retention(key);
            OptionalDouble retention =
                Optionals.ofNullable(estimate.map(RetentionEstimate::value).orElse(null));
            OptionalDouble retentionStderr =
                estimate.map(RetentionEstimate::error).orElse(OptionalDouble.empty());
            summaries.add(
                new MethodSummary(
                    key.runId(),
                    key.model(),
                    key.method(),
                    inference.baseline(),
                    headlines.getOrDefault(key, 0L),
                    retention,
                    retentionStderr,
                    EfficiencyRow.meanTokens(rows, VisualTokens::after),
                    mean(rows, row -> row.flops().total()),
                    mean(rows, row -> row.millis().total()),
                    Optional.empty(),
                    estimate.flatMap(RetentionEstimate::interval),
                    estimate.map(RetentionEstimate::aboveChance).orElse(OptionalDouble.empty()),
                    EfficiencyRow.meanTokens(rows, VisualTokens::layerMean),
                    estimate.map(RetentionEstimate::detectable).orElse(OptionalDouble.empty()),
                    Optional.ofNullable(inference.protocols().get(key.runId()))));
          });
      return withFronts(summaries);
    }

    /**
     * Returns the rows with each run's Pareto front marked. Controls but the baseline are none of
     * it, yet a method that one of them beats is not on it either.
     */
    static List<MethodSummary> withFronts(List<MethodSummary> summaries) {
      return summaries.stream()
          .map(one -> one.comparable() ? one.withPareto(onFront(one, summaries)) : one)
          .toList();
    }

    private static boolean onFront(MethodSummary one, List<MethodSummary> all) {
      return (one.method().equals(one.baseline()) || !Controls.has(one.method()))
          && all.stream()
              .filter(other -> other.runId().equals(one.runId()))
              .noneMatch(one::isBeatenBy);
    }

    /** Returns the unweighted mean over benchmarks; absent if no question was answered. */
    private static OptionalDouble mean(
        List<EfficiencyRow> rows, Function<EfficiencyRow, OptionalDouble> cost) {
      return rows.stream()
          .map(cost)
          .filter(OptionalDouble::isPresent)
          .mapToDouble(OptionalDouble::getAsDouble)
          .average();
    }
  }
}
