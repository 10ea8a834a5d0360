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

import io.prumerge.spark.RecordColumns;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  private static final String TIMES = "times";

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
        Stream.concat(notes(rows, efficiency).stream(), Speedups.notes(figures).stream()).toList());
  }

  /**
   * Returns means and exact quantiles over the questions without an error. {@code reduction_ratio}
   * is the sum of tokens before over the sum of tokens after, where both are known. {@code
   * questions_per_busy_second} counts only the time in the method's stages, one question after
   * another; it is not the throughput of a run. {@code roofline} is null, which {@link
   * RooflineTimes} fills, and so are the speedups, which {@link Speedups} does.
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
    columns.add(
        expr(String.format(
                Locale.ROOT,
                "percentile(if(%s, %s, NULL), array(0.5, 0.95))",
                Speedups.ALONE,
                Speedups.TOTAL))
            .as(TIMES));
    // Nulls in place of zeros: ANSI mode refuses to divide by them.
    columns.add(
        // A server may count the tokens of some questions only.
        expr("sum(if(error IS NULL AND visual_tokens_after IS NOT NULL, visual_tokens_before, NULL))"
                + " / nullif(sum(if(error IS NULL AND visual_tokens_before IS NOT NULL,"
                + " visual_tokens_after, NULL)), 0)")
            .as("reduction_ratio"));
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
}
