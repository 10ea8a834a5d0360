package io.prumerge.model.decoder;

import io.prumerge.config.TextConfig;
import java.util.Map;

/** The dimensions of a decoder's layers, by the names of the kernels' parameters for them. */
public final class LayerDimensions {

  private LayerDimensions() {}

  /** Returns the arguments; a kernel takes those that it has parameters for. */
  public static Map<String, Object> of(TextConfig text) {
    return Map.of(
        "n_heads", text.heads().queries(),
        "n_kv", text.heads().keys(),
        "head_dim", text.heads().width(),
        "act", text.mlp().activation().code(),
        "eps", text.normEps());
  }
}
