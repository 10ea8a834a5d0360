package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;

/** Weights in files, by their canonical names. */
public interface StoredWeights {

  /**
   * The stored tensor of this name.
   *
   * @throws CheckpointException if there is none
   */
  TensorEntry tensor(String canonicalName);

  /** How the weight of this name differs from its stored tensor. */
  default WeightEdit edit(String canonicalName) {
    return WeightEdit.NONE;
  }
}
