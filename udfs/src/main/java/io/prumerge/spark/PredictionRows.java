package io.prumerge.spark;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.cost.CostModel.QuestionCost;
import io.prumerge.endpoint.VisionEndpoint.EndpointAnswer;
import io.prumerge.engine.Answer;
import io.prumerge.engine.Answer.StageMillis;
import io.prumerge.reduction.MethodSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Answers as rows of {@link PredictionSchema}. */
final class PredictionRows {
  private PredictionRows() {}

  /**
   * Returns a prediction of {@link PredictionSchema#PREDICTION}.
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
            .with("error", answer.error());
    put(row, answer.work().millis());
    if (answer.error() == null) {
      put(row, answer.work().cost());
      row.with("answer", answer.text())
          .with("finish_reason", answer.finishReason())
          .with("visual_tokens_before", answer.tokens().visualBefore())
          .with("visual_tokens_after", answer.tokens().visualAfter())
          .with("visual_tokens_layer_mean", answer.tokens().visualLayerMean())
          .with("kept_indices", boxed(answer.tokens().keptIndices()))
          .with("text_tokens", answer.tokens().text())
          .with("prompt_tokens", answer.tokens().text() + answer.tokens().visualAfter())
          .with("generated_tokens", answer.tokens().generated())
          .with("kv_cache_bytes", answer.work().kvCacheBytes());
    }
    return row.row();
  }

  private static NamedRow of(String prompt) {
    return new NamedRow(PredictionSchema.PREDICTION)
        .with("prompt", prompt)
        .with(
            "prompt_sha256",
            prompt == null ? null : Sha256.hex(prompt.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Returns a prediction of {@link PredictionSchema#PREDICTION} from an endpoint.
   *
   * @param prompt the row's prompt, which may be null
   * @param host the host that asked
   */
  static Row elsewhere(EndpointAnswer answer, String prompt, String host) {
    Integer visual = boxed(answer.visualTokens());
    Integer all = boxed(answer.promptTokens());
    return of(prompt)
        .with("method", MethodSpec.NONE.toString())
        .with("answer", answer.text())
        .with("finish_reason", answer.finishReason())
        .with("visual_tokens_before", visual) // the service says of none that it is dropped
        .with("visual_tokens_after", visual)
        .with("visual_tokens_layer_mean", visual == null ? null : visual.doubleValue())
        .with("text_tokens", visual == null || all == null || visual > all ? null : all - visual)
        .with("prompt_tokens", all)
        .with("generated_tokens", boxed(answer.generatedTokens()))
        .with("ms_request", answer.error().isEmpty() ? answer.millis() : null)
        .with("host", host)
        .with("error", answer.error().orElse(null))
        .row();
  }

  /** Returns an element of {@link PredictionSchema#SQL_ANSWERS}. */
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

  private static Integer boxed(OptionalInt count) {
    return count.isPresent() ? (Integer) count.getAsInt() : null;
  }

  private static Integer[] boxed(int[] indices) {
    return indices == null ? null : Arrays.stream(indices).boxed().toArray(Integer[]::new);
  }
}
