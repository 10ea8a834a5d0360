package io.prumerge.plan;

import io.prumerge.checkpoint.WeightsPin;

/**
 * A model that is asked for.
 *
 * @param folder as it was given
 * @param weights which weights it must have
 */
public record PinnedModel(String folder, WeightsPin weights) {

  /** A model with any weights. */
  public static PinnedModel any(String folder) {
    return new PinnedModel(folder, WeightsPin.NONE);
  }

  /** The folder's last name, as LLaVA's answer files call a model. */
  public static String name(String model) {
    return new org.apache.hadoop.fs.Path(model).getName();
  }
}
