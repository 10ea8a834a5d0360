package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;

/** Weights in files, by their canonical names. */
public interface StoredWeights {

  /**
   * Returns the stored tensor of this name.
   *
   * @throws CheckpointException if there is none
   */
  TensorEntry tensor(String canonicalName);

  /** Returns how the weight of this name differs from its stored tensor. */
  default WeightEdit edit(String canonicalName) {
    return WeightEdit.NONE;
  }
}
