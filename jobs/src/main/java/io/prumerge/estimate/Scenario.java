package io.prumerge.estimate;

import io.prumerge.cost.TokenSchedule;
import java.util.Locale;
import java.util.Objects;

/**
 * The input of an estimate.
 *
 * @param shape the model's dimensions
 * @param visualTokens visual tokens of one sequence in each of the decoder's layers
 * @param textTokens prompt tokens that are not visual, of one sequence
 * @param batch number of sequences at once, each with its own image
 * @param precision of the language model
 * @param attention how attention is computed
 * @param reduction method that reduces the visual tokens before the decoder, if fewer enter than
 *     the tower gives
 * @param hardware the device
 * @param mode the arithmetic that is used
 */
public record Scenario(
    NamedShape shape,
    TokenSchedule visualTokens,
    int textTokens,
    int batch,
    PrecisionScheme precision,
    AttentionKernel attention,
    ReductionKind reduction,
    Hardware hardware,
    CostMode mode) {

  public Scenario {
    Objects.requireNonNull(shape, "shape is null");
    Objects.requireNonNull(precision, "precision is null");
    Objects.requireNonNull(attention, "attention is null");
    Objects.requireNonNull(reduction, "reduction is null");
    Objects.requireNonNull(hardware, "hardware is null");
    Objects.requireNonNull(mode, "mode is null");
    if (textTokens < 0 || batch < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot estimate %d text tokens in batches of %d: tokens must be at least 0, the batch at least 1",
              textTokens,
              batch));
    }
    if (visualTokens.least() == 0 && textTokens == 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot estimate a prompt with %s visual and no text tokens: every layer needs at least 1 token",
              visualTokens));
    }
    if (mode != CostMode.ACCURATE && !visualTokens.isConstant()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot estimate the schedule %s in mode %s, which knows one number for all layers; use mode accurate",
              visualTokens,
              mode.displayName()));
    }
    visualTokens.runs(shape.shape().decoder().layers());
  }

  /** Visual and text tokens in each layer. */
  public TokenSchedule prompt() {
    return visualTokens.plus(textTokens);
  }
}
