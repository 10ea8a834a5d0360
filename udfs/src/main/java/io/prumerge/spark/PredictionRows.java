package io.prumerge.spark;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.cost.QuestionCost;
import io.prumerge.endpoint.EndpointAnswer;
import io.prumerge.engine.Answer;
import io.prumerge.engine.StageMillis;
import io.prumerge.lang.Optionals;
import io.prumerge.reduction.MethodSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Answers as rows, and the columns of {@code predictions} that the engine fills, as fields of
 * {@link LlavaPredictor}'s output. With an {@code error} ({@code kind: message}) the answer, the
 * counts and the question's own cost are null; {@code flops_executed} and {@code ms_*} are 0,
 * because failed work is not charged to any question. Of a model behind an endpoint only what the
 * service says is known; all else is null. The {@code margin} is no column of {@code predictions}:
 * it is null unless it is asked for.
 */
final class PredictionRows {

  /** One prompt under one method. */
  static final StructType PREDICTION =
      DataTypes.createStructType(
          List.of(
              required("method", DataTypes.StringType),
              optional("method_sized", DataTypes.StringType),
              optional("prompt", DataTypes.StringType),
              optional("prompt_sha256", DataTypes.StringType),
              optional("answer", DataTypes.StringType),
              optional("finish_reason", DataTypes.StringType),
              optional("grid", DataTypes.StringType),
              optional("visual_tokens_before", DataTypes.IntegerType),
              optional("visual_tokens_after", DataTypes.IntegerType),
              optional("visual_tokens_layer_mean", DataTypes.DoubleType),
              optional("kept_indices", DataTypes.createArrayType(DataTypes.IntegerType, false)),
              optional("text_tokens", DataTypes.IntegerType),
              optional("prompt_tokens", DataTypes.IntegerType),
              optional("generated_tokens", DataTypes.IntegerType),
              optional("flops_vision", DataTypes.LongType),
              optional("flops_reduction", DataTypes.LongType),
              optional("flops_projector", DataTypes.LongType),
              optional("flops_prefill", DataTypes.LongType),
              optional("flops_decode", DataTypes.LongType),
              optional("flops_total", DataTypes.LongType),
              optional("flops_executed", DataTypes.LongType),
              optional("kv_cache_bytes", DataTypes.LongType),
              optional("ms_preprocess", DataTypes.DoubleType),
              optional("ms_vision", DataTypes.DoubleType),
              optional("ms_reduction", DataTypes.DoubleType),
              optional("ms_select", DataTypes.DoubleType),
              optional("ms_prefill", DataTypes.DoubleType),
              optional("ms_decode", DataTypes.DoubleType),
              optional("ms_request", DataTypes.DoubleType),
              required("timing", DataTypes.StringType),
              optional("ms_first_token", DataTypes.DoubleType),
              optional("ms_per_token", DataTypes.DoubleType),
              optional("tries", DataTypes.IntegerType),
              optional("dtype", DataTypes.StringType),
              optional("device", DataTypes.StringType),
              optional("assigned_device", DataTypes.StringType),
              required("host", DataTypes.StringType),
              optional("error", DataTypes.StringType),
              optional("margin", DataTypes.DoubleType)));

  /** One row's predictions: prompts in their order, under each the methods in theirs. */
  static final ArrayType PREDICTIONS = DataTypes.createArrayType(PREDICTION, false);

  /** What the SQL function {@code llava} returns for each prompt. */
  static final ArrayType SQL_ANSWERS =
      DataTypes.createArrayType(
          DataTypes.createStructType(
              List.of(
                  optional("answer", DataTypes.StringType),
                  optional("finish_reason", DataTypes.StringType),
                  optional("visual_tokens_after", DataTypes.IntegerType),
                  optional("generated_tokens", DataTypes.IntegerType),
                  optional("error", DataTypes.StringType))),
          false);

  private PredictionRows() {}

  /**
   * Returns a prediction of {@link #PREDICTION}.
   *
   * @param prompt the row's prompt, which may be null
   */
  static Row prediction(Answer answer, String prompt, TaskModel model) {
    NamedRow row =
        of(prompt)
            .with("method", answer.method())
            .with("method_sized", answer.methodSized())
            .with("flops_executed", answer.work().flopsExecuted())
            .with("dtype", model.dtype())
            .with("device", model.device())
            .with("assigned_device", model.assigned().column())
            .with("host", model.host())
            .with("timing", model.timing().label())
            .with("error", answer.error());
    put(row, answer.work().millis());
    if (answer.error() == null) {
      put(row, answer.work().cost());
      row.with("answer", answer.text())
          .with("finish_reason", answer.finishReason())
          .with("grid", answer.tokens().grid())
          .with("visual_tokens_before", answer.tokens().visualBefore())
          .with("visual_tokens_after", answer.tokens().visualAfter())
          .with("visual_tokens_layer_mean", answer.tokens().visualLayerMean())
          .with("kept_indices", boxed(answer.tokens().keptIndices()))
          .with("text_tokens", answer.tokens().text())
          .with("prompt_tokens", answer.tokens().text() + answer.tokens().visualAfter())
          .with("generated_tokens", answer.tokens().generated())
          .with("kv_cache_bytes", answer.work().kvCacheBytes())
          .with("margin", Optionals.orNull(answer.margin()));
      if (model.timing().isOneAtATime()) {
        putTokens(row, answer.work().millis(), answer.tokens().generated());
      }
    }
    return row.row();
  }

  private static NamedRow of(String prompt) {
    return new NamedRow(PREDICTION)
        .with("prompt", prompt)
        .with(
            "prompt_sha256",
            prompt == null ? null : Sha256.hex(prompt.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Returns a prediction of {@link #PREDICTION} from an endpoint.
   *
   * @param method under which it was asked
   * @param prompt the row's prompt, which may be null
   * @param host the host that asked
   * @param timing how it was asked
   */
  static Row elsewhere(
      EndpointAnswer answer, MethodSpec method, String prompt, String host, TimingPlan timing) {
    Integer visual = Optionals.orNull(answer.visualTokens());
    Integer all = Optionals.orNull(answer.promptTokens());
    return of(prompt)
        .with("method", method.toString())
        .with("answer", answer.text())
        .with("finish_reason", answer.finishReason())
        .with("visual_tokens_before", visual) // the service says of none that it is dropped
        .with("visual_tokens_after", visual)
        .with("visual_tokens_layer_mean", visual == null ? null : visual.doubleValue())
        .with("text_tokens", visual == null || all == null || visual > all ? null : all - visual)
        .with("prompt_tokens", all)
        .with("generated_tokens", Optionals.orNull(answer.generatedTokens()))
        .with("ms_request", answer.error().isEmpty() ? answer.millis() : null)
        .with("host", host)
        .with("timing", timing.label())
        .with("tries", answer.tries())
        .with("error", answer.error().orElse(null))
        .row();
  }

  /** Returns an element of {@link #SQL_ANSWERS}. */
  static Row sqlAnswer(Answer answer) {
    boolean fine = answer.error() == null;
    return RowFactory.create(
        fine ? answer.text() : null,
        fine ? answer.finishReason() : null,
        fine ? answer.tokens().visualAfter() : null,
        fine ? answer.tokens().generated() : null,
        answer.error());
  }

  private static void put(NamedRow row, QuestionCost cost) {
    row.with("flops_vision", cost.vision())
        .with("flops_reduction", cost.reduction())
        .with("flops_projector", cost.projector())
        .with("flops_prefill", cost.prefill())
        .with("flops_decode", cost.decode())
        .with("flops_total", cost.total());
  }

  private static void put(NamedRow row, StageMillis millis) {
    row.with("ms_preprocess", millis.preprocess())
        .with("ms_vision", millis.vision())
        .with("ms_reduction", millis.reduction())
        .with("ms_select", millis.select())
        .with("ms_prefill", millis.prefill())
        .with("ms_decode", millis.decode());
  }

  private static void putTokens(NamedRow row, StageMillis millis, int generated) {
    row.with(
        "ms_first_token",
        millis.preprocess() + millis.vision() + millis.reduction() + millis.prefill());
    if (generated > 1) {
      row.with("ms_per_token", millis.decode() / (generated - 1));
    }
  }

  private static Integer[] boxed(int[] indices) {
    return indices == null ? null : Arrays.stream(indices).boxed().toArray(Integer[]::new);
  }

  private static StructField required(String name, DataType type) {
    return DataTypes.createStructField(name, type, false);
  }

  private static StructField optional(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }
}
