package io.prumerge.report;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.spark.RecordColumns;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** Tokens, FLOPs, bytes and times of each method on each benchmark. */
final class Efficiency {

  private static final String[] AVERAGED = {
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

  /** A server may count the tokens of some questions only, and each server others. */
  private static final String KNOWN =
      "error IS NULL AND visual_tokens_after IS NOT NULL"
          + " AND (visual_tokens_before IS NOT NULL OR ms_request IS NULL)";

  private static final List<String> PERCENTS = List.of("05", "25", "50", "75", "95");

  private static final String QUANTILES = "quantiles";

  private static final String TIMES = "times";

  private static final String REQUESTS = "requests";

  /** Median and 95th percentile. */
  private static final String TIME_SHARES = "array(0.5, 0.95)";

  private static final String TOTAL = "ms_total_mean";
  private static final String RATE = "questions_per_busy_second";
  private static final String ROOFLINE = "roofline";

  private static final RecordColumns<EfficiencyFigures> FIGURES =
      RecordColumns.of(EfficiencyFigures.class);

  private Efficiency() {}

  /**
   * Collects the figures; empty where a value is NaN or infinite, as predictions of other programs
   * have it.
   *
   * @param predictions rows of {@link Table#PREDICTIONS}
   */
  static MethodCosts collect(Dataset<Row> predictions) {
    List<Row> rows = of(predictions).selectExpr(FIGURES.schema().fieldNames()).collectAsList();
    List<EfficiencyFigures> figures =
        rows.stream().map(Efficiency::finite).map(FIGURES::record).toList();
    List<EfficiencyRow> efficiency = Speedups.in(predictions, figures);
    return new MethodCosts(
        efficiency,
        RunAnswers.of(figures),
        Stream.of(notes(rows, efficiency), counted(efficiency), Speedups.notes(figures))
            .flatMap(List::stream)
            .toList());
  }

  /** Returns messages about methods of whose answers some are counted, and some not. */
  private static List<String> counted(List<EfficiencyRow> rows) {
    List<String> notes = new ArrayList<>();
    for (EfficiencyRow row : rows) {
      long answers = row.n() - row.nErrors();
      List<String> parts = new ArrayList<>();
      Map<String, Optional<Long>> counts = new LinkedHashMap<>();
      counts.put("visual", row.nVisualTokens());
      counts.put("prompt", row.nPromptTokens());
      counts.put("generated", row.nGeneratedTokens());
      counts.forEach(
          (kind, number) ->
              number
                  .filter(some -> some > 0 && some < answers)
                  .ifPresent(some -> parts.add(Text.format("%s tokens are of %,d", kind, some))));
      if (!parts.isEmpty()) {
        notes.add(
            Text.format(
                "%s of %s on %s/%s: means of %s of %s, as far as they are counted%s",
                row.method(),
                row.model(),
                row.benchmark(),
                row.split(),
                String.join(", of ", parts),
                Texts.count(answers, "answer"),
                row.isCountedInPart() ? "; the summary has none" : ""));
      }
    }
    return notes;
  }

  /**
   * Returns means and exact quantiles over the questions without an error; of visual tokens where
   * those after are known and, of a server, those before. {@code reduction_ratio} is the sum of
   * tokens before over the sum of tokens after. {@code questions_per_busy_second} counts only the
   * time in the method's stages, one question after another; it is not the throughput of a run.
   * {@code roofline} is null, which {@link RooflineTimes} fills, and so are the speedups, which
   * {@link Speedups} does.
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
    columns.add(visual("avg(%s)", "visual_tokens_before").as("visual_tokens_before_mean"));
    columns.add(visual("avg(%s)", "visual_tokens_after").as("visual_tokens_after_mean"));
    // Runs of before this column dropped no tokens inside the decoder.
    columns.add(
        visual("avg(%s)", "coalesce(visual_tokens_layer_mean, visual_tokens_after)")
            .as("visual_tokens_layer_mean"));
    columns.add(visual("min(%s)", "visual_tokens_after").as("visual_tokens_after_min"));
    columns.add(visual("max(%s)", "visual_tokens_after").as("visual_tokens_after_max"));
    // One aggregate for all percentiles: each percentile() keeps a table of its values.
    columns.add(
        visual(
                "percentile(%s, array(0." + String.join(", 0.", PERCENTS) + "))",
                "visual_tokens_after")
            .as(QUANTILES));
    columns.add(visual("count(%s)", "visual_tokens_after").as("n_visual_tokens"));
    columns.add(count(only(answered, "prompt_tokens")).as("n_prompt_tokens"));
    columns.add(count(only(answered, "generated_tokens")).as("n_generated_tokens"));
    columns.add(
        expr(Text.format(
                "percentile(if(%s, %s, NULL), %s)", Speedups.ALONE, Speedups.TOTAL, TIME_SHARES))
            .as(TIMES));
    columns.add(
        expr("percentile(if(error IS NULL, ms_request, NULL), " + TIME_SHARES + ")").as(REQUESTS));
    columns.add(sum(only(answered, "prompt_tokens")).as("prompt_tokens_sum"));
    columns.add(visual("sum(%s)", "visual_tokens_after").as("visual_tokens_after_sum"));
    columns.add(sum(only(answered, "generated_tokens")).as("generated_tokens_sum"));
    columns.add(ifTold("count_if(tries > 0)").as("n_requests"));
    columns.add(ifTold("sum(tries)").as("n_tries"));
    // Nulls in place of zeros: ANSI mode refuses to divide by them.
    columns.add(
        expr(Text.format(
                "sum(if(%1$s, visual_tokens_before, NULL)) / nullif(sum(if(%1$s AND"
                    + " visual_tokens_before IS NOT NULL, visual_tokens_after, NULL)), 0)",
                KNOWN))
            .as("reduction_ratio"));
    columns.add(functions.max("protocol").as("protocol")); // a run has one
    columns.add(functions.collect_set("dtype").as("dtypes"));
    columns.add(functions.collect_set("host").as("hosts"));
    columns.add(functions.collect_set("device").as("devices"));
    // Together, since Spark analyzes all columns anew after each call.
    Map<String, Column> derived = new LinkedHashMap<>();
    for (int i = 0; i < PERCENTS.size(); i++) {
      derived.put("visual_tokens_after_p" + PERCENTS.get(i), col(QUANTILES).getItem(i));
    }
    derived.put("ms_p50", col(TIMES).getItem(0));
    derived.put("ms_p95", col(TIMES).getItem(1));
    derived.put("ms_request_p50", col(REQUESTS).getItem(0));
    derived.put("ms_request_p95", col(REQUESTS).getItem(1));
    for (String name : List.of("speedup", "speedup_ci_low", "speedup_ci_high")) {
      derived.put(name, lit(null).cast(DataTypes.DoubleType));
    }
    derived.put(
        TOTAL,
        expr(
            "ms_preprocess_mean + ms_vision_mean + ms_reduction_mean + ms_prefill_mean +"
                + " ms_decode_mean"));
    derived.put(ROOFLINE, lit(null).cast(Table.EFFICIENCY.schema().apply(ROOFLINE).dataType()));
    return predictions
        .groupBy("run_id", "model", "benchmark", "split", "method")
        .agg(count(lit(1)).as("n"), columns.toArray(Column[]::new))
        .withColumns(derived)
        .withColumn(RATE, expr("1000 / nullif(ms_total_mean, 0D)"))
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
                Text.format(
                    "%s of %s on %s/%s", one.method(), one.model(), one.benchmark(), one.split()));
      }
    }
    return places.entrySet().stream()
        .map(
            one ->
                Text.format(
                    "%s: no %s, because predictions hold NaN or infinity there",
                    String.join(", ", one.getValue()), one.getKey()))
        .toList();
  }

  /** Returns an aggregate over questions all of which say how often they were sent. */
  private static Column ifTold(String aggregate) {
    return expr(Text.format("if(count(tries) < count(*), NULL, %s)", aggregate));
  }

  private static Column only(Column condition, String name) {
    return when(condition, col(name));
  }

  /** Returns an aggregate over the questions whose visual tokens are known. */
  private static Column visual(String aggregate, String value) {
    return expr(Text.format(aggregate, "if(" + KNOWN + ", " + value + ", NULL)"));
  }
}
