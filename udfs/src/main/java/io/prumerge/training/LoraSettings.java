package io.prumerge.training;

import java.io.Serializable;

/**
 * What a training changes. LoRA goes on the seven linear layers of every decoder layer: q, k, v, o,
 * gate, up and down, as in LLaVA's {@code finetune_lora.sh}.
 *
 * @param rank columns of each product's inner dimension, at least 1
 * @param alpha a product counts alpha / rank times
 * @param connector whether the connector is trained too, in full; otherwise it stays as it is
 * @param dropout probability, below 1, with which an adapter sees an element of its input as 0, the
 *     others growing by as much; each adapter of each step separately
 */
public record LoraSettings(int rank, double alpha, boolean connector, double dropout)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  public LoraSettings {
    if (rank < 1) {
      throw new IllegalArgumentException("Cannot train with rank " + rank + "; use at least 1");
    }
    if (!(alpha > 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException("Cannot train with alpha " + alpha + "; use more than 0");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "Cannot train with a dropout of " + dropout + "; use 0 to below 1");
    }
  }

  /** Returns the factor of every product. */
  public double scale() {
    return alpha / rank;
  }
}
