package io.prumerge.report;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.prumerge.cost.ModelShape;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.estimate.AttentionKernel;
import io.prumerge.estimate.CostMode;
import io.prumerge.estimate.Estimate;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.NamedShape;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.estimate.PromptTokens;
import io.prumerge.estimate.ReductionKind;
import io.prumerge.estimate.Scenario;
import io.prumerge.image.PatchGrid;
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
import io.prumerge.metric.MethodResult;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.metric.RetentionEstimate;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.RooflineRow;
import io.prumerge.store.Table;
import io.prumerge.store.TableRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;

/**
 * The figures of one or more runs; small enough for the driver.
 *
 * @param runs what the predictions say of each run, sorted by its id
 * @param results every figure of every method
 * @param efficiency what each method cost on each benchmark
 * @param summary a row per run and method
 * @param contrasts comparisons of methods
 * @param leaderboard the methods of each budget, ranked
 * @param answers the methods' answers compared question by question
 * @param baseline the method the others are compared with
 * @param notes messages about figures that could not be estimated
 */
public record Report(
    List<RunAnswers> runs,
    List<MethodResult> results,
    List<EfficiencyRow> efficiency,
    List<MethodSummary> summary,
    List<ContrastResult> contrasts,
    Leaderboard leaderboard,
    ComparedAnswers answers,
    String baseline,
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
   * Returns what methods cost on benchmarks: the figures that need no scores.
   *
   * @param predictions as of {@link #of}
   */
  public static Costs costs(Dataset<Row> predictions) {
    return Efficiency.collect(predictions);
  }

  /**
   * Returns the figures of written rows.
   *
   * @param costs those of the predictions
   */
  public static Report of(
      Costs costs, Dataset<Row> predictions, Dataset<Row> scores, Inference inference) {
    List<EfficiencyRow> efficiency = costs.efficiency();
    List<BudgetGroup> groups = BudgetGroup.of(methods(efficiency), inference.baseline());
    Measurements measurements =
        Metrics.compared(scores, inference, groups.stream().map(BudgetGroup::pairs).toList());
    ComparedAnswers answers = ComparedAnswers.of(predictions, scores, groups);
    return new Report(
        costs.runs(),
        measurements.results(),
        efficiency,
        Summary.of(measurements, efficiency, inference.baseline()),
        measurements.contrasts(),
        Leaderboard.of(groups, measurements, answers, efficiency),
        answers,
        inference.baseline(),
        costs.notes());
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
    Efficiency.RooflineTimes times = Efficiency.RooflineTimes.of(efficiency, shapes);
    return new Report(
        runs,
        results,
        times.efficiency(),
        summary,
        contrasts,
        leaderboard,
        answers,
        baseline,
        Stream.of(notes, times.notes()).flatMap(List::stream).toList());
  }

  /**
   * Returns the report with what is said of rows that could not be read.
   *
   * @param leftOut how many rows of its benchmark's files a result lacks
   */
  public Report lacking(ToLongFunction<ScoreKey> leftOut) {
    return new Report(
        runs,
        results.stream().map(one -> one.lacking(leftOut.applyAsLong(one.key()))).toList(),
        efficiency,
        summary,
        contrasts,
        leaderboard,
        answers,
        baseline,
        notes);
  }

  /**
   * Returns messages about methods that did nothing, figures over a part of their questions, and
   * figures that could not be estimated.
   */
  public List<String> caveats() {
    return Stream.of(
            DroppedTokens.caveats(efficiency),
            Caveats.of(results),
            Caveats.ofLeftOut(results),
            Caveats.ofContrasts(contrasts),
            notes)
        .flatMap(List::stream)
        .toList();
  }

  /** Returns the metrics of all results, sorted. */
  public List<Metric> metrics() {
    return results.stream().flatMap(result -> result.metrics().stream()).toList();
  }

  /** Returns the rows of all tables but {@code runs}. */
  public List<TableRows<?>> tables() {
    return List.of(
        new TableRows<>(Metric.TABLE, metrics()),
        new TableRows<>(Table.EFFICIENCY, efficiency),
        new TableRows<>(MethodSummary.TABLE, summary),
        new TableRows<>(ContrastResult.TABLE, contrasts),
        new TableRows<>(Standing.TABLE, leaderboard.standings()),
        new TableRows<>(RankedPair.TABLE, leaderboard.pairs()),
        new TableRows<>(Agreement.TABLE, answers.agreements()),
        new TableRows<>(Oracle.TABLE, answers.oracles()),
        new TableRows<>(Difficulty.TABLE, answers.difficulties()));
  }

  /**
   * What methods cost on benchmarks.
   *
   * @param efficiency sorted by run, benchmark, split and method
   * @param runs sorted by run
   * @param notes messages about figures that are left out
   */
  public record Costs(List<EfficiencyRow> efficiency, List<RunAnswers> runs, List<String> notes) {

    public Costs {
      efficiency = List.copyOf(efficiency);
      runs = List.copyOf(runs);
      notes = List.copyOf(notes);
    }
  }

  /**
   * The answers of one run, of all models and methods.
   *
   * @param answers number of predictions
   * @param errors number of those with an error
   * @param dtypes number formats that they were computed in, sorted; likewise the others
   */
  public record RunAnswers(
      String runId,
      long answers,
      long errors,
      List<String> dtypes,
      List<String> hosts,
      List<String> devices) {

    public RunAnswers {
      dtypes = List.copyOf(dtypes);
      hosts = List.copyOf(hosts);
      devices = List.copyOf(devices);
    }

    private static List<RunAnswers> of(List<Efficiency.Figures> figures) {
      Map<String, List<Efficiency.Figures>> runs =
          figures.stream()
              .collect(
                  Collectors.groupingBy(
                      one -> one.costs().runId(), TreeMap::new, Collectors.toList()));
      return runs.entrySet().stream()
          .map(
              run ->
                  new RunAnswers(
                      run.getKey(),
                      run.getValue().stream().mapToLong(one -> one.costs().n()).sum(),
                      run.getValue().stream().mapToLong(one -> one.costs().nErrors()).sum(),
                      distinct(run.getValue(), Efficiency.Figures::dtypes),
                      distinct(run.getValue(), Efficiency.Figures::hosts),
                      distinct(run.getValue(), Efficiency.Figures::devices)))
          .toList();
    }

    private static List<String> distinct(
        List<Efficiency.Figures> figures, Function<Efficiency.Figures, List<String>> names) {
      return figures.stream()
          .flatMap(one -> names.apply(one).stream())
          .distinct()
          .sorted()
          .toList();
    }
  }

  /** Computes retention and mean costs over all benchmarks of a run. */
  static final class Summary {

    private Summary() {}

    /**
     * Returns a row per run and method, in the order of {@code efficiency}. Headlines are those of
     * each benchmark's own profile.
     *
     * @param efficiency what the methods cost
     * @param baseline the method compared with
     */
    static List<MethodSummary> of(
        Measurements measurements, List<EfficiencyRow> efficiency, String baseline) {
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
                    mean(rows, row -> row.visualTokens().after()),
                    mean(rows, row -> row.flops().total()),
                    mean(rows, row -> row.millis().total()),
                    Optional.empty(),
                    retention.flatMap(RetentionEstimate::interval),
                    retention.map(RetentionEstimate::aboveChance).orElse(OptionalDouble.empty()),
                    mean(rows, row -> row.visualTokens().layerMean())));
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
    private static OptionalDouble mean(
        List<EfficiencyRow> rows, Function<EfficiencyRow, OptionalDouble> cost) {
      return rows.stream()
          .map(cost)
          .filter(OptionalDouble::isPresent)
          .mapToDouble(OptionalDouble::getAsDouble)
          .average();
    }
  }

  /** Tokens, FLOPs, bytes and times of each method on each benchmark. */
  static final class Efficiency {

    private static final String[] AVERAGED = {
      "visual_tokens_before",
      "visual_tokens_after",
      "text_tokens",
      "prompt_tokens",
      "generated_tokens",
      "flops_vision",
      "flops_reduction",
      "flops_projector",
      "flops_prefill",
      "flops_decode",
      "flops_total",
      "flops_executed",
      "kv_cache_bytes",
      "ms_preprocess",
      "ms_vision",
      "ms_reduction",
      "ms_select",
      "ms_prefill",
      "ms_decode",
      "ms_request"
    };

    private static final List<String> PERCENTS = List.of("05", "25", "50", "75", "95");

    private static final String QUANTILES = "quantiles";

    private static final String TOTAL = "ms_total_mean";
    private static final String RATE = "questions_per_busy_second";
    private static final String ROOFLINE = "roofline";

    /**
     * A row of {@link #of}.
     *
     * @param dtypes all number formats of the predictions; likewise the others
     */
    private record Figures(
        EfficiencyRow costs, List<String> dtypes, List<String> hosts, List<String> devices) {}

    private static final RecordColumns<Figures> FIGURES = RecordColumns.of(Figures.class);

    private Efficiency() {}

    /**
     * Collects the figures; empty where a value is NaN or infinite, as predictions of other
     * programs have it.
     *
     * @param predictions rows of {@link Table#PREDICTIONS}
     */
    static Costs collect(Dataset<Row> predictions) {
      List<Row> rows = of(predictions).selectExpr(FIGURES.schema().fieldNames()).collectAsList();
      List<Figures> figures = rows.stream().map(Efficiency::finite).map(FIGURES::record).toList();
      List<EfficiencyRow> efficiency = figures.stream().map(Figures::costs).toList();
      return new Costs(efficiency, RunAnswers.of(figures), notes(rows, efficiency));
    }

    /**
     * Returns means and exact quantiles over the questions without an error. {@code
     * reduction_ratio} is the sum of tokens before over the sum of tokens after. {@code
     * questions_per_busy_second} counts only the time in the method's stages, one question after
     * another; it is not the throughput of a run. {@code roofline} is null; {@link RooflineTimes}
     * fills it.
     *
     * @param predictions rows of {@link Table#PREDICTIONS}
     * @return rows of {@link Table#EFFICIENCY}, and columns with all number formats, hosts and
     *     devices
     */
    public static Dataset<Row> of(Dataset<Row> predictions) {
      Column answered = col("error").isNull();
      List<Column> columns = new ArrayList<>();
      columns.add(sum(when(answered, lit(0L)).otherwise(lit(1L))).as("n_errors"));
      for (String name : AVERAGED) {
        columns.add(avg(only(answered, name)).as(name + "_mean"));
      }
      // Runs of before this column dropped no tokens inside the decoder.
      columns.add(
          avg(only(answered, "visual_tokens_layer_mean", "visual_tokens_after"))
              .as("visual_tokens_layer_mean"));
      columns.add(min(only(answered, "visual_tokens_after")).as("visual_tokens_after_min"));
      columns.add(max(only(answered, "visual_tokens_after")).as("visual_tokens_after_max"));
      // One aggregate for all percentiles: each percentile() keeps a table of its values.
      columns.add(
          expr(String.format(
                  Locale.ROOT,
                  "percentile(if(error IS NULL, visual_tokens_after, NULL), array(0.%s))",
                  String.join(", 0.", PERCENTS)))
              .as(QUANTILES));
      // Nulls in place of zeros: ANSI mode refuses to divide by them.
      columns.add(
          expr("sum(if(error IS NULL, visual_tokens_before, NULL)) /"
                  + " nullif(sum(if(error IS NULL, visual_tokens_after, NULL)), 0)")
              .as("reduction_ratio"));
      columns.add(functions.collect_set("dtype").as("dtypes"));
      columns.add(functions.collect_set("host").as("hosts"));
      columns.add(functions.collect_set("device").as("devices"));
      Dataset<Row> figures =
          predictions
              .groupBy("run_id", "model", "benchmark", "split", "method")
              .agg(count(lit(1)).as("n"), columns.toArray(Column[]::new));
      for (int i = 0; i < PERCENTS.size(); i++) {
        figures =
            figures.withColumn(
                "visual_tokens_after_p" + PERCENTS.get(i), col(QUANTILES).getItem(i));
      }
      return figures
          .withColumn(
              TOTAL,
              expr(
                  "ms_preprocess_mean + ms_vision_mean + ms_reduction_mean + ms_prefill_mean +"
                      + " ms_decode_mean"))
          .withColumn(RATE, expr("1000 / nullif(ms_total_mean, 0D)"))
          .withColumn(
              ROOFLINE, lit(null).cast(Table.EFFICIENCY.schema().apply(ROOFLINE).dataType()))
          .orderBy("run_id", "benchmark", "split", "method");
    }

    private static Row finite(Row row) {
      Object[] values =
          IntStream.range(0, row.size())
              .mapToObj(i -> isEndless(row.get(i)) ? null : row.get(i))
              .toArray();
      if (isEndless(row.get(row.fieldIndex(TOTAL)))) {
        values[row.fieldIndex(RATE)] = null; // what is 0 per endless second is no figure either
      }
      return RowFactory.create(values);
    }

    private static boolean isEndless(Object value) {
      return value instanceof Double number && !Double.isFinite(number);
    }

    /**
     * Returns messages about the values that are left out.
     *
     * @param rows as they were collected
     * @param costs their methods and benchmarks
     */
    private static List<String> notes(List<Row> rows, List<EfficiencyRow> costs) {
      String[] columns = FIGURES.schema().fieldNames();
      Map<String, Set<String>> places = new LinkedHashMap<>();
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        EfficiencyRow one = costs.get(i);
        List<String> names =
            IntStream.range(0, row.size())
                .filter(column -> isEndless(row.get(column)))
                .mapToObj(column -> columns[column])
                .toList();
        if (!names.isEmpty()) {
          places
              .computeIfAbsent(String.join(", ", names), absent -> new LinkedHashSet<>())
              .add(
                  String.format(
                      Locale.ROOT,
                      "%s of %s on %s/%s",
                      one.method(),
                      one.model(),
                      one.benchmark(),
                      one.split()));
        }
      }
      return places.entrySet().stream()
          .map(
              one ->
                  String.format(
                      Locale.ROOT,
                      "%s: no %s, because predictions hold NaN or infinity there",
                      String.join(", ", one.getValue()),
                      one.getKey()))
          .toList();
    }

    private static Column only(Column condition, String... names) {
      return when(condition, coalesce(Stream.of(names).map(functions::col).toArray(Column[]::new)));
    }

    /**
     * The minimum times of a method's mean question, computed alone, by the roofline of {@link
     * Estimate}: 16-bit and quantised language models on every device of {@code
     * conf/hardware.yaml}.
     *
     * @param efficiency what the methods cost, with the times; empty where there are none
     * @param notes why a model of known dimensions has none, a message for each reason
     */
    record RooflineTimes(List<EfficiencyRow> efficiency, List<String> notes) {

      private static final List<PrecisionScheme> PRECISIONS =
          List.of("fp16", "w8a8", "w4a16").stream().map(PrecisionScheme::parse).toList();

      private static final double MILLI = 1e-3;

      /**
       * Computes the times for runs whose model has known dimensions.
       *
       * @param efficiency what the methods cost
       * @param shapes by run
       */
      static RooflineTimes of(List<EfficiencyRow> efficiency, Map<String, ModelShape> shapes) {
        List<Hardware> devices = HardwareTable.bundled().devices();
        List<EfficiencyRow> rows = new ArrayList<>();
        Map<String, Set<String>> problems = new LinkedHashMap<>();
        for (EfficiencyRow row : efficiency) {
          ModelShape shape = shapes.get(row.runId());
          Optional<String> problem =
              shape == null ? Optional.empty() : problem(row, named(row, shape));
          List<RooflineRow> times = null;
          if (shape != null && problem.isEmpty()) {
            try {
              times = times(row, shape, devices);
            } catch (IllegalArgumentException | ArithmeticException e) {
              // The answers are there: what a mean question costs elsewhere is not worth them.
              problem = Optional.of(String.valueOf(e.getMessage()));
            }
          }
          problem.ifPresent(
              reason ->
                  problems
                      .computeIfAbsent(reason, absent -> new LinkedHashSet<>())
                      .add(row.benchmark() + "/" + row.split()));
          rows.add(times == null ? row : row.withRoofline(times));
        }
        return new RooflineTimes(rows, notes(problems));
      }

      private static List<String> notes(Map<String, Set<String>> problems) {
        List<String> notes = new ArrayList<>();
        problems.forEach(
            (problem, places) ->
                notes.add(
                    String.format(
                        Locale.ROOT,
                        "%s: no times on other hardware: %s",
                        String.join(", ", places),
                        problem)));
        return notes;
      }

      private static NamedShape named(EfficiencyRow row, ModelShape shape) {
        return new NamedShape(row.model(), shape, 1);
      }

      /** Returns why there are no times: where images stand beside the text, they are of one. */
      private static Optional<String> problem(EfficiencyRow row, NamedShape shape) {
        double visual = row.visualTokens().layerMean().orElse(0);
        if (visual == 0
            || !shape.shape().decoder().beside()
            || Math.round(visual) == shape.visualTokens()) {
          return Optional.empty();
        }
        return Optional.of(
            String.format(
                Locale.ROOT,
                "a question of %s has %.3g images on average; where they are outside the sequence, an"
                    + " estimate is of one",
                row.model(),
                visual / shape.visualTokens()));
      }

      /** Returns no times if no question was answered. */
      private static List<RooflineRow> times(
          EfficiencyRow row, ModelShape shape, List<Hardware> devices) {
        OptionalDouble visual = row.visualTokens().layerMean();
        if (visual.isEmpty() || row.textTokens().isEmpty()) {
          return List.of();
        }
        int text = (int) Math.round(row.textTokens().getAsDouble());
        NamedShape seen = named(row, shape.over(meanView(row)));
        boolean reduces = row.flops().reduction().orElse(0) > 0;
        List<RooflineRow> times = new ArrayList<>();
        for (Hardware device : devices) {
          for (PrecisionScheme precision : PRECISIONS) {
            Scenario scenario =
                new Scenario(
                    seen,
                    new PromptTokens(
                        TokenSchedule.constant((int) Math.round(visual.getAsDouble())), text),
                    1,
                    precision,
                    AttentionKernel.EAGER,
                    reduces ? ReductionKind.PRUMERGE : ReductionKind.NONE,
                    device,
                    CostMode.ACCURATE);
            Estimate estimate = Estimate.of(scenario);
            times.add(
                new RooflineRow(
                    device.name(),
                    precision.name(),
                    (estimate.firstTokenSeconds() - estimate.prefill().seconds()) / MILLI,
                    estimate.prefill().seconds() / MILLI,
                    estimate.decodeToken().seconds() / MILLI));
          }
        }
        return times;
      }

      /** Returns about as many patches as images have on average, where these keep their size. */
      private static PatchGrid meanView(EfficiencyRow row) {
        double patches = row.visualTokens().before().orElse(0);
        int rows = Math.max(1, (int) Math.round(Math.sqrt(patches)));
        return new PatchGrid(rows, Math.max(1, (int) Math.round(patches / rows)));
      }
    }
  }
}
