package io.prumerge.plan;

import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.WeightsPin;

/**
 * A model to evaluate.
 *
 * @param folder folder as given
 * @param weights weights that it must have
 */
public record PinnedModel(String folder, WeightsPin weights) {

  /** Returns a model with any weights. */
  public static PinnedModel any(String folder) {
    return new PinnedModel(folder, WeightsPin.NONE);
  }

  /**
   * Returns the last part of a model's folder, the model's name in LLaVA's answer files; of several
   * folders joined as the model's are.
   */
  public static String name(String model) {
    return ModelFolders.join(
        ModelFolders.split(model).stream()
            .map(folder -> new org.apache.hadoop.fs.Path(folder).getName())
            .toList());
  }
}
