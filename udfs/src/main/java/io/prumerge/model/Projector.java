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

  /**
   * Projects a reduction made by this model's tower; [tokens, D] -> [tokens, hidden]. Tokens from
   * behind the connector are taken as they are.
   */
  public ProjectedTokens project(Reduction reduction) {
    VisualTokens tokens = (VisualTokens) reduction;
    Torch.Value rows =
        switch (tokens.stage()) {
          case BEFORE_CONNECTOR -> project(tokens.features());
          case BEHIND_CONNECTOR -> tokens.rows();
        };
    return new ProjectedTokens(rows, tokens.tokens());
  }

  /** Projects rows [n, D] -> [n, hidden]; the caller closes them. */
  Torch.Value project(Torch.Value rows) {
    return torch.call("project", rows, weights, config.projectorActivation().ordinal());
  }

  @Override
  public void close() {
    weights.close();
  }
}
