package io.prumerge.jobs;

import io.prumerge.checkpoint.WeightsPin;

/**
 * A model that is asked for.
 *
 * @param folder as it was given
 * @param weights which weights it must have
 */
record PinnedModel(String folder, WeightsPin weights) {

  /** A model with any weights. */
  static PinnedModel any(String folder) {
    return new PinnedModel(folder, WeightsPin.NONE);
  }
}
