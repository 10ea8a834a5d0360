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
}
