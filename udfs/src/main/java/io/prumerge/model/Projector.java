package io.prumerge.model;

import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.reduction.Reduction;

/** linear_2(act(linear_1(x))): visual tokens into the language model's embedding space. */
public final class Projector implements AutoCloseable {

  private final Torch torch;
  private final LlavaConfig config;
  private final Torch.Value weights;

  Projector(Torch torch, LlavaConfig config, TensorLoader loader) {
    this.torch = torch;
    this.config = config;
    this.weights = loader.struct(config.connector().layers());
  }

  /** Projects a reduction made by this model's tower; [tokens, D] -> [tokens, hidden]. */
  public ProjectedTokens project(Reduction reduction) {
    VisualTokens tokens = (VisualTokens) reduction;
    return new ProjectedTokens(
        torch.call("project", tokens.features(), weights, config.projectorActivation().ordinal()),
        tokens.tokens());
  }

  @Override
  public void close() {
    weights.close();
  }
}
