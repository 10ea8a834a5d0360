package io.prumerge.estimate;

import io.prumerge.cost.TokenSchedule;
import io.prumerge.lang.Text;

/**
 * The input of an estimate.
 *
 * @param shape the model's dimensions
 * @param prompt of one sequence
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
    PromptTokens prompt,
    int batch,
    PrecisionScheme precision,
    AttentionKernel attention,
    ReductionKind reduction,
    Hardware hardware,
    CostMode mode) {

  public Scenario {
    if (prompt.textTokens() < 0 || batch < 1) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot estimate %d text tokens in batches of %d: tokens must be at least 0, the"
                  + " batch at least 1",
              prompt.textTokens(), batch));
    }
    if (prompt.visualTokens().least() == 0 && prompt.textTokens() == 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot estimate a prompt with %s visual and no text tokens: every layer needs at"
                  + " least 1 token",
              prompt.visualTokens()));
    }
    if (mode != CostMode.ACCURATE && !prompt.visualTokens().isConstant()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot estimate the schedule %s in mode %s, which knows one number for all layers;"
                  + " use mode accurate",
              prompt.visualTokens(), mode.displayName()));
    }
    if (shape.shape().decoder().beside()) {
      requireBeside(shape, prompt.visualTokens(), mode);
    }
    prompt.visualTokens().runs(shape.shape().decoder().layers());
  }

  private static void requireBeside(NamedShape shape, TokenSchedule visual, CostMode mode) {
    if (mode != CostMode.ACCURATE) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot estimate %s in mode %s, which knows no layers that attend to images; use mode"
                  + " accurate",
              shape.name(), mode.displayName()));
    }
    if (!visual.isConstant() || visual.first() != 0 && visual.first() != shape.visualTokens()) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot estimate %s with %s visual tokens: an image is %d latents outside its"
                  + " sequence, none of which can leave it; use %d, or 0 for a text",
              shape.name(), visual, shape.visualTokens(), shape.visualTokens()));
    }
  }

  /**
   * Returns the tokens of the decoder's sequence in each layer. Where images stand outside it, they
   * have a token each.
   */
  TokenSchedule sequence() {
    return shape.shape().decoder().beside()
        ? TokenSchedule.constant(prompt.textTokens() + Math.min(1, prompt.visualTokens().first()))
        : prompt.tokens();
  }
}
