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
import io.prumerge.store.ColumnExpressions;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.functions;

/** Tokens, FLOPs, bytes and times of each method on each benchmark. */
public final class Efficiency {

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

  private Efficiency() {}

  /**
   * Returns means and exact quantiles over the questions without an error. {@code reduction_ratio}
   * is the sum of tokens before over the sum of tokens after. {@code questions_per_busy_second}
   * counts only the time in the method's stages, one question after another; it is not the
   * throughput of a run. {@code roofline} is null; {@link RooflineTimes} fills it.
   *
   * @param predictions rows of {@link Table#PREDICTIONS}
   * @return rows of {@link Table#EFFICIENCY}
   */
  public static Dataset<Row> of(Dataset<Row> predictions) {
    Column answered = col("error").isNull();
    List<Column> columns = new ArrayList<>();
    columns.add(ColumnExpressions.countWhere(answered.equalTo(lit(false))).as("n_errors"));
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
        sum(only(answered, "visual_tokens_before"))
            .divide(sum(only(answered, "visual_tokens_after")))
            .as("reduction_ratio"));
    Dataset<Row> figures =
        predictions
            .groupBy("run_id", "model", "benchmark", "split", "method")
            .agg(count(lit(1)).as("n"), columns.toArray(Column[]::new));
    for (int i = 0; i < PERCENTS.size(); i++) {
      figures =
          figures.withColumn("visual_tokens_after_p" + PERCENTS.get(i), col(QUANTILES).getItem(i));
    }
    return figures
        .withColumn(
            "ms_total_mean",
            expr(
                "ms_preprocess_mean + ms_vision_mean + ms_reduction_mean + ms_prefill_mean +"
                    + " ms_decode_mean"))
        .withColumn("questions_per_busy_second", expr("1000 / ms_total_mean"))
        .withColumn(
            RooflineTimes.COLUMN,
            lit(null).cast(Table.EFFICIENCY.schema().apply(RooflineTimes.COLUMN).dataType()))
        .orderBy("run_id", "benchmark", "split", "method");
  }

  private static Column only(Column condition, String... names) {
    return when(condition, coalesce(Stream.of(names).map(functions::col).toArray(Column[]::new)));
  }

  /**
   * The minimum times of a method's mean question, computed alone, by the roofline of {@link
   * Estimate}: 16-bit and quantised language models on every device of {@code conf/hardware.yaml}.
   */
  static final class RooflineTimes {

    /** The column of {@link Table#EFFICIENCY}. */
    static final String COLUMN = "roofline";

    private static final List<PrecisionScheme> PRECISIONS =
        List.of("fp16", "w8a8", "w4a16").stream().map(PrecisionScheme::parse).toList();

    private static final double MILLI = 1e-3;

    private RooflineTimes() {}

    /**
     * Fills the column for runs whose model has known dimensions.
     *
     * @param efficiency rows of {@link Table#EFFICIENCY}
     * @param shapes by run
     */
    static List<Row> added(List<Row> efficiency, Map<String, ModelShape> shapes) {
      List<Hardware> devices = HardwareTable.bundled().devices();
      List<Row> rows = new ArrayList<>();
      for (Row row : efficiency) {
        ModelShape shape = shapes.get(row.<String>getAs("run_id"));
        rows.add(shape == null ? row : with(row, times(row, shape, devices)));
      }
      return rows;
    }

    private static Row with(Row row, List<Row> times) {
      Object[] values = new Object[row.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.get(i);
      }
      values[row.fieldIndex(COLUMN)] = times;
      return new GenericRowWithSchema(values, row.schema());
    }

    /** Returns no times if no question was answered. */
    private static List<Row> times(Row row, ModelShape shape, List<Hardware> devices) {
      Double visual = row.getAs("visual_tokens_layer_mean");
      Double text = row.getAs("text_tokens_mean");
      if (visual == null || text == null) {
        return List.of();
      }
      Double reduction = row.getAs("flops_reduction_mean");
      List<Row> times = new ArrayList<>();
      for (Hardware device : devices) {
        for (PrecisionScheme precision : PRECISIONS) {
          Scenario scenario =
              new Scenario(
                  new NamedShape(row.getAs("model"), shape, 1),
                  TokenSchedule.constant((int) Math.round(visual)),
                  (int) Math.round(text),
                  1,
                  precision,
                  AttentionKernel.EAGER,
                  reduction > 0 ? ReductionKind.PRUMERGE : ReductionKind.NONE,
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
  }
}
