package io.prumerge.cost;

import java.util.Objects;

/**
 * What is to be estimated.
 *
 * @param shape the model's dimensions
 * @param visualTokens that each of the decoder's layers sees, of one sequence
 * @param textTokens prompt tokens that are not visual, of one sequence
 * @param batch sequences at once, each with an image of its own
 * @param precision of the language model
 * @param attention how attention is computed
 * @param reduction what reduces the visual tokens before the decoder, where there are fewer than
 *     the tower gives
 * @param hardware what it runs on
 * @param mode whose arithmetic is used
 */
public record Scenario(
    NamedShape shape,
    TokenSchedule visualTokens,
    int textTokens,
    int batch,
    Precision precision,
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
          "Cannot estimate %d text tokens in batches of %d: tokens must be at least 0, the batch at least 1"
              .formatted(textTokens, batch));
    }
    if (visualTokens.least() == 0 && textTokens == 0) {
      throw new IllegalArgumentException(
          "Cannot estimate a prompt with %s visual and no text tokens: every layer needs at least 1 token"
              .formatted(visualTokens));
    }
    if (mode != CostMode.ACCURATE && !visualTokens.isConstant()) {
      throw new IllegalArgumentException(
          "Cannot estimate the schedule %s in mode %s, which knows one number for all layers; use mode accurate"
              .formatted(visualTokens, mode.english()));
    }
    visualTokens.runs(shape.shape().text().layers());
  }

  /** Visual and text tokens that each layer sees. */
  public TokenSchedule prompt() {
    return visualTokens.plus(textTokens);
  }
}
