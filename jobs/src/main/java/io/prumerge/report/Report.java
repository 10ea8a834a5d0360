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
import io.prumerge.estimate.Estimate;
import io.prumerge.estimate.Hardware;
import io.prumerge.estimate.HardwareTable;
import io.prumerge.estimate.PrecisionScheme;
import io.prumerge.estimate.Scenario;
import io.prumerge.estimate.Scenario.AttentionKernel;
import io.prumerge.estimate.Scenario.CostMode;
import io.prumerge.estimate.Scenario.ReductionKind;
import io.prumerge.estimate.ShapeTable.NamedShape;
import io.prumerge.image.PatchGrid;
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
import io.prumerge.metric.Measurements.Result;
import io.prumerge.metric.Measurements.RetentionEstimate;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.metric.tally.ScoreKey.MethodKey;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * The figures of one or more runs; small enough for the driver.
 *
 * @param runs what the predictions say of each run, sorted by its id
 * @param results every figure of every method
 * @param efficiency rows of {@link Table#EFFICIENCY}
 * @param summary a row per run and method
 * @param contrasts comparisons of methods
 * @param leaderboard the methods of each budget, ranked
 * @param answers the methods' answers compared question by question
 * @param baseline the method the others are compared with
 * @param notes messages about figures that could not be estimated
 */
public record Report(
    List<RunAnswers> runs,
    List<Result> results,
    List<Row> efficiency,
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
  public static List<Row> costs(Dataset<Row> predictions) {
    return Efficiency.of(predictions).collectAsList();
  }

  /**
   * Returns the figures of written rows.
   *
   * @param figures their {@link #costs}
   */
  public static Report of(
      List<Row> figures, Dataset<Row> predictions, Dataset<Row> scores, Inference inference) {
    List<Row> efficiency = Efficiency.rows(figures);
    List<String> notes = Efficiency.notes(figures);
    List<BudgetGroup> groups = BudgetGroup.of(methods(efficiency), inference.baseline());
    Measurements measurements =
        Metrics.compared(scores, inference, groups.stream().map(BudgetGroup::pairs).toList());
    ComparedAnswers answers = ComparedAnswers.of(predictions, scores, groups);
    return new Report(
        RunAnswers.of(figures),
        measurements.results(),
        efficiency,
        Summary.of(measurements, efficiency, inference.baseline()),
        measurements.contrasts(),
        Leaderboard.of(groups, measurements, answers, efficiency),
        answers,
        inference.baseline(),
        notes);
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
   * Returns messages about methods that did nothing, figures over a part of their questions, and
   * figures that could not be estimated.
   */
  public List<String> caveats() {
    return Stream.of(
            DroppedTokens.caveats(efficiency),
            Caveats.of(results),
            Caveats.ofContrasts(contrasts),
            notes)
        .flatMap(List::stream)
        .toList();
  }

  /** Returns the metrics of all results, sorted. */
  public List<Metric> metrics() {
    return results.stream().flatMap(result -> result.metrics().stream()).toList();
  }

  /** Returns a new map of the rows of all tables but {@code runs}, as they would be read. */
  public Map<Table<?>, List<Row>> tables() {
    Map<Table<?>, List<Row>> tables = new LinkedHashMap<>();
    tables.put(Metric.TABLE, Metric.TABLE.rows(metrics()));
    tables.put(Table.EFFICIENCY, efficiency);
    tables.put(MethodSummary.TABLE, MethodSummary.TABLE.rows(summary));
    tables.put(ContrastResult.TABLE, ContrastResult.TABLE.rows(contrasts));
    tables.put(Standing.TABLE, Standing.TABLE.rows(leaderboard.standings()));
    tables.put(RankedPair.TABLE, RankedPair.TABLE.rows(leaderboard.pairs()));
    tables.put(Agreement.TABLE, Agreement.TABLE.rows(answers.agreements()));
    tables.put(Oracle.TABLE, Oracle.TABLE.rows(answers.oracles()));
    tables.put(Difficulty.TABLE, Difficulty.TABLE.rows(answers.difficulties()));
    tables.replaceAll(Table::asRead);
    return tables;
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

    /**
     * @param figures rows of {@link Efficiency#of}
     */
    private static List<RunAnswers> of(List<Row> figures) {
      Map<String, List<Row>> runs =
          figures.stream()
              .collect(
                  Collectors.groupingBy(
                      row -> row.getAs("run_id"), TreeMap::new, Collectors.toList()));
      return runs.entrySet().stream()
          .map(
              run ->
                  new RunAnswers(
                      run.getKey(),
                      run.getValue().stream().mapToLong(row -> row.<Long>getAs("n")).sum(),
                      run.getValue().stream().mapToLong(row -> row.<Long>getAs("n_errors")).sum(),
                      distinct(run.getValue(), Efficiency.DTYPES),
                      distinct(run.getValue(), Efficiency.HOSTS),
                      distinct(run.getValue(), Efficiency.DEVICES)))
          .toList();
    }

    private static List<String> distinct(List<Row> rows, String column) {
      return rows.stream()
          .flatMap(row -> row.<String>getList(row.fieldIndex(column)).stream())
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

    static final String DTYPES = "dtypes";
    static final String HOSTS = "hosts";
    static final String DEVICES = "devices";

    private Efficiency() {}

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
      columns.add(functions.collect_set("dtype").as(DTYPES));
      columns.add(functions.collect_set("host").as(HOSTS));
      columns.add(functions.collect_set("device").as(DEVICES));
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
              RooflineTimes.COLUMN,
              lit(null).cast(Table.EFFICIENCY.schema().apply(RooflineTimes.COLUMN).dataType()))
          .orderBy("run_id", "benchmark", "split", "method");
    }

    /**
     * Returns the columns of {@link Table#EFFICIENCY} of collected rows; null where a value is NaN
     * or infinite, as predictions of other programs have it.
     */
    static List<Row> rows(List<Row> figures) {
      StructType schema = Table.EFFICIENCY.schema();
      return figures.stream()
          .map(row -> Stream.of(schema.fieldNames()).map(name -> finite(row, name)).toArray())
          .<Row>map(values -> new GenericRowWithSchema(values, schema))
          .toList();
    }

    private static Object finite(Row row, String column) {
      // What is 0 per endless second is no figure either.
      boolean rate = column.equals(RATE) && isEndless(row, TOTAL);
      return rate || isEndless(row, column) ? null : row.getAs(column);
    }

    private static boolean isEndless(Row row, String column) {
      return row.getAs(column) instanceof Double value && !Double.isFinite(value);
    }

    /** Returns messages about the values that {@link #rows} leaves out. */
    static List<String> notes(List<Row> figures) {
      Map<String, Set<String>> places = new LinkedHashMap<>();
      for (Row row : figures) {
        List<String> names =
            Stream.of(Table.EFFICIENCY.schema().fieldNames())
                .filter(name -> isEndless(row, name))
                .toList();
        if (!names.isEmpty()) {
          places
              .computeIfAbsent(String.join(", ", names), absent -> new LinkedHashSet<>())
              .add(
                  String.format(
                      Locale.ROOT,
                      "%s of %s on %s/%s",
                      row.<String>getAs("method"),
                      row.<String>getAs("model"),
                      row.<String>getAs("benchmark"),
                      row.<String>getAs("split")));
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
     * @param efficiency rows of {@link Table#EFFICIENCY} with the times; null where there are none
     * @param notes why a model of known dimensions has none, a message for each reason
     */
    record RooflineTimes(List<Row> efficiency, List<String> notes) {

      /** The column of {@link Table#EFFICIENCY}. */
      static final String COLUMN = "roofline";

      private static final List<PrecisionScheme> PRECISIONS =
          List.of("fp16", "w8a8", "w4a16").stream().map(PrecisionScheme::parse).toList();

      private static final double MILLI = 1e-3;

      /**
       * Computes the times for runs whose model has known dimensions.
       *
       * @param efficiency rows of {@link Table#EFFICIENCY}
       * @param shapes by run
       */
      static RooflineTimes of(List<Row> efficiency, Map<String, ModelShape> shapes) {
        List<Hardware> devices = HardwareTable.bundled().devices();
        List<Row> rows = new ArrayList<>();
        Map<String, Set<String>> problems = new LinkedHashMap<>();
        for (Row row : efficiency) {
          ModelShape shape = shapes.get(row.<String>getAs("run_id"));
          Optional<String> problem =
              shape == null ? Optional.empty() : problem(row, named(row, shape));
          List<Row> times = null;
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
                      .add(row.getAs("benchmark") + "/" + row.getAs("split")));
          rows.add(times == null ? row : with(row, times));
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

      private static NamedShape named(Row row, ModelShape shape) {
        return new NamedShape(row.getAs("model"), shape, 1);
      }

      private static Row with(Row row, List<Row> times) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = row.get(i);
        }
        values[row.fieldIndex(COLUMN)] = times;
        return new GenericRowWithSchema(values, row.schema());
      }

      /** Returns why there are no times: where images stand beside the text, they are of one. */
      private static Optional<String> problem(Row row, NamedShape shape) {
        Double visual = row.getAs("visual_tokens_layer_mean");
        if (visual == null
            || visual == 0
            || !shape.shape().decoder().beside()
            || Math.round(visual) == shape.visualTokens()) {
          return Optional.empty();
        }
        return Optional.of(
            String.format(
                Locale.ROOT,
                "a question of %s has %.3g images on average; where they stand beside the text, an"
                    + " estimate is of one",
                row.<String>getAs("model"),
                visual / shape.visualTokens()));
      }

      /** Returns no times if no question was answered. */
      private static List<Row> times(Row row, ModelShape shape, List<Hardware> devices) {
        Double visual = row.getAs("visual_tokens_layer_mean");
        Double text = row.getAs("text_tokens_mean");
        if (visual == null || text == null) {
          return List.of();
        }
        Double reduction = row.getAs("flops_reduction_mean");
        NamedShape seen = named(row, shape.over(meanView(row)));
        boolean reduces = reduction != null && reduction > 0;
        List<Row> times = new ArrayList<>();
        for (Hardware device : devices) {
          for (PrecisionScheme precision : PRECISIONS) {
            Scenario scenario =
                new Scenario(
                    seen,
                    new Scenario.Prompt(
                        TokenSchedule.constant((int) Math.round(visual)), (int) Math.round(text)),
                    1,
                    precision,
                    AttentionKernel.EAGER,
                    reduces ? ReductionKind.PRUMERGE : ReductionKind.NONE,
                    device,
                    CostMode.ACCURATE);
            Estimate estimate = Estimate.of(scenario);
            times.add(
                RowFactory.create(
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
      private static PatchGrid meanView(Row row) {
        Double before = row.getAs("visual_tokens_before_mean");
        double patches = before == null ? 0 : before;
        int rows = Math.max(1, (int) Math.round(Math.sqrt(patches)));
        return new PatchGrid(rows, Math.max(1, (int) Math.round(patches / rows)));
      }
    }
  }
}
