package io.prumerge.training;

import java.io.Serializable;

/**
 * Everything that decides the result of a training, apart from the model and the batches.
 *
 * @param lora what is trained
 * @param optimizer how
 * @param steps of the whole training; the learning rate follows them
 * @param seed of the initial values
 * @param passRows positions, visual ones included, that go through the decoder together: a batch of
 *     more goes in several passes, whose gradients are added. Less means less memory and the same
 *     result up to rounding. A sequence that is longer goes alone
 * @param recompute whether a layer's inner values are computed again for its gradient instead of
 *     being kept: a third more work, and memory for one layer instead of all; the same bits
 */
public record TrainingSettings(
    LoraSettings lora,
    OptimizerSettings optimizer,
    int steps,
    long seed,
    int passRows,
    boolean recompute)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  public TrainingSettings {
    if (steps < 1) {
      throw new IllegalArgumentException("Cannot train " + steps + " steps; use at least 1");
    }
    if (passRows < 1) {
      throw new IllegalArgumentException(
          "Cannot train with passes of " + passRows + " rows; use at least 1");
    }
  }

  /**
   * What a training changes. LoRA goes on the seven linear layers of every decoder layer: q, k, v,
   * o, gate, up and down, as in LLaVA's {@code finetune_lora.sh}.
   *
   * @param rank columns of each product's inner dimension, at least 1
   * @param alpha a product counts alpha / rank times
   * @param connector whether the connector is trained too, in full; otherwise it stays as it is
   * @param dropout probability, below 1, with which an adapter sees an element of its input as 0,
   *     the others growing by as much; each adapter of each step separately
   */
  public record LoraSettings(int rank, double alpha, boolean connector, double dropout)
      implements Serializable {

    private static final long serialVersionUID = 1L;

    public LoraSettings {
      if (rank < 1) {
        throw new IllegalArgumentException("Cannot train with rank " + rank + "; use at least 1");
      }
      if (!(alpha > 0) || Double.isInfinite(alpha)) {
        throw new IllegalArgumentException(
            "Cannot train with alpha " + alpha + "; use more than 0");
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
}
