package io.prumerge.spark;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.cost.CostModel.QuestionCost;
import io.prumerge.endpoint.VisionEndpoint.EndpointAnswer;
import io.prumerge.engine.Answer;
import io.prumerge.engine.Answer.StageMillis;
import io.prumerge.reduction.MethodSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
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
    boolean fine = answer.error() == null;
    List<Object> row = new ArrayList<>();
    row.add(answer.method());
    row.add(answer.methodSized());
    row.add(prompt);
    row.add(prompt == null ? null : Sha256.hex(prompt.getBytes(StandardCharsets.UTF_8)));
    row.add(fine ? answer.text() : null);
    row.add(fine ? answer.finishReason() : null);
    row.add(fine ? answer.visualTokensBefore() : null);
    row.add(fine ? answer.visualTokensAfter() : null);
    row.add(fine ? answer.visualTokensLayerMean() : null);
    row.add(fine ? boxed(answer.keptIndices()) : null);
    row.add(fine ? answer.textTokens() : null);
    row.add(fine ? answer.textTokens() + answer.visualTokensAfter() : null);
    row.add(fine ? answer.generatedTokens() : null);
    row.addAll(flops(fine ? answer.cost() : null));
    row.add(answer.flopsExecuted());
    row.add(fine ? answer.kvCacheBytes() : null);
    row.addAll(millis(answer.millis()));
    row.add(null); // no request was sent
    row.add(model.dtype());
    row.add(model.device());
    row.add(model.assigned().column());
    row.add(model.host());
    row.add(answer.error());
    return RowFactory.create(row.toArray());
  }

  /**
   * Returns a prediction of {@link PredictionSchema#PREDICTION} from an endpoint.
   *
   * @param prompt the row's prompt, which may be null
   * @param host the host that asked
   */
  static Row elsewhere(EndpointAnswer answer, String prompt, String host) {
    boolean fine = answer.error().isEmpty();
    Integer visual = boxed(answer.visualTokens());
    Integer all = boxed(answer.promptTokens());
    List<Object> row = new ArrayList<>();
    row.add(MethodSpec.NONE.toString());
    row.add(null); // has no budget
    row.add(prompt);
    row.add(prompt == null ? null : Sha256.hex(prompt.getBytes(StandardCharsets.UTF_8)));
    row.add(answer.text());
    row.add(answer.finishReason());
    row.add(visual); // the service does not say that any is dropped
    row.add(visual);
    row.add(visual == null ? null : visual.doubleValue());
    row.add(null);
    row.add(visual == null || all == null || visual > all ? null : all - visual);
    row.add(all);
    row.add(boxed(answer.generatedTokens()));
    row.addAll(flops(null));
    row.add(null);
    row.add(null);
    row.addAll(millis(null));
    row.add(fine ? answer.millis() : null);
    row.add(null);
    row.add(null);
    row.add(null);
    row.add(host);
    row.add(answer.error().orElse(null));
    return RowFactory.create(row.toArray());
  }

  /** Returns an element of {@link PredictionSchema#SQL_ANSWERS}. */
  static Row sqlAnswer(Answer answer) {
    boolean fine = answer.error() == null;
    return RowFactory.create(
        fine ? answer.text() : null,
        fine ? answer.finishReason() : null,
        fine ? answer.visualTokensAfter() : null,
        fine ? answer.generatedTokens() : null,
        answer.error());
  }

  private static List<Long> flops(QuestionCost cost) {
    return cost == null
        ? Collections.nCopies(6, null)
        : List.of(
            cost.vision(),
            cost.reduction(),
            cost.projector(),
            cost.prefill(),
            cost.decode(),
            cost.total());
  }

  private static List<Double> millis(StageMillis millis) {
    return millis == null
        ? Collections.nCopies(6, null)
        : List.of(
            millis.preprocess(),
            millis.vision(),
            millis.reduction(),
            millis.select(),
            millis.prefill(),
            millis.decode());
  }

  private static Integer boxed(OptionalInt count) {
    return count.isPresent() ? (Integer) count.getAsInt() : null;
  }

  private static Integer[] boxed(int[] indices) {
    return indices == null ? null : Arrays.stream(indices).boxed().toArray(Integer[]::new);
  }
}
