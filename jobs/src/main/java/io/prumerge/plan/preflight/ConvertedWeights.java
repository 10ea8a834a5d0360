package io.prumerge.plan.preflight;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.plan.ModelPlan;
import io.prumerge.settings.AnswerSource;
import io.prumerge.torch.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The weights of a model that every process converts while it loads them, into memory of its own,
 * because a processor computes with another type than they are stored in.
 *
 * @param model as {@link ModelPlan#source}
 * @param precision of the run
 * @param bytes of these weights in that precision
 */
public record ConvertedWeights(AnswerSource model, Precision precision, long bytes) {

  /** Bytes from which a second folder is worth its space on a disk. */
  static final long LEAST_BYTES = 1_000_000_000;

  private static final int MIB_BITS = 20;

  /** Returns the weights of a checkpoint that are stored in another type. */
  static ConvertedWeights of(AnswerSource model, Checkpoint checkpoint, Precision precision) {
    long elements =
        checkpoint.tensors().entrySet().stream()
            .filter(tensor -> tensor.getValue().type() != precision.stored())
            .mapToLong(tensor -> checkpoint.elements(tensor.getKey()))
            .sum();
    return new ConvertedWeights(
        model, precision, Math.multiplyExact(elements, (long) precision.bytes()));
  }

  /**
   * Returns advice about the models of a run on processors.
   *
   * @param runs whether processors compute a model in a precision
   */
  public static List<Wording> advice(
      List<ModelPlan> models, BiPredicate<ModelPlan, Precision> runs) {
    return models.stream()
        .flatMap(
            model ->
                Arrays.stream(Precision.values())
                    .filter(precision -> runs.test(model, precision))
                    .flatMap(precision -> of(model, precision).stream()))
        .flatMap(weights -> weights.advice().stream())
        .distinct()
        .toList();
  }

  private static Optional<ConvertedWeights> of(ModelPlan model, Precision precision) {
    return model.local().map(local -> of(model.source(), local.checkpoint(), precision));
  }

  /** Returns what {@code prepare-model} saves, in one line; empty where that is little. */
  Optional<Wording> advice() {
    return bytes < LEAST_BYTES
        ? Optional.empty()
        : Optional.of(
            Wording.of(
                "Each process converts %s to %s while it loads it, %,d MiB in memory of its own."
                    + " Convert it once, and processes of one host map a file and share these pages:"
                    + " prumerge-spark prepare-model %s %s %s %s %s %s-%s",
                model,
                precision.label(),
                bytes >> MIB_BITS,
                Setting.MODEL,
                model,
                Setting.DTYPE,
                precision.label(),
                Setting.OUTPUT,
                model.name(),
                precision.label()));
  }
}
