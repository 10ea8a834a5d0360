package io.prumerge.bench;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.engine.Answer;
import io.prumerge.torch.Precision;
import java.nio.file.Path;
import java.util.List;

/** What a checkpoint's stages compute and read, to turn seconds into rates. */
final class ModelWork {

  private final LlavaConfig config;
  private final CostModel cost;
  private final double stepBytes;
  private final Precision precision;

  ModelWork(Path model, Precision precision) {
    Checkpoint checkpoint = Checkpoint.open(model);
    this.config = checkpoint.config();
    this.cost = CostModel.of(config);
    this.precision = precision;
    // A step reads the decoder and the head, of the embedding a row.
    this.stepBytes =
        (double) precision.bytes()
            * checkpoint.tensors().values().stream()
                .filter(tensor -> tensor.name().startsWith("language_model."))
                .filter(tensor -> !tensor.name().contains("embed_tokens"))
                .mapToLong(TensorEntry::elements)
                .sum();
  }

  /** FLOPs of the tower as deep as the features need. */
  double tower() {
    return cost.tower().features();
  }

  /** FLOPs of all its layers, which a peer runs though it does not need the last one. */
  double wholeTower() {
    return cost.tower().features()
        * (double) config.vision().encoder().layers()
        / config.featureDepth();
  }

  double prefill(int positions) {
    return cost.decoder().prefill(positions);
  }

  /** What ran as prefill for answers to one question each, under one method without a look. */
  static double prefillExecuted(List<Answer> answers) {
    return answers.stream()
        .mapToDouble(
            answer ->
                answer.work().flopsExecuted()
                    - (double) answer.work().cost().vision()
                    - answer.work().cost().projector()
                    - answer.work().cost().decode())
        .sum();
  }

  /** Bytes that one decoding step after that many positions reads. */
  double step(int positions) {
    return stepBytes
        + (double) precision.bytes()
            * cost.shape().decoder().kvCacheElements(TokenSchedule.constant(positions));
  }
}
