package io.prumerge.plan;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.console.UsageException;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageBounds;

/**
 * How a job uses a model.
 *
 * @param conversation name of the conversation template, or auto
 * @param bounds of pictures that keep their own size
 */
public record ModelOptions(
    DeviceChoice device,
    DtypeChoice dtype,
    ImageAspect imageAspect,
    String conversation,
    ImageBounds bounds) {

  /** What {@code model} takes where a job loads a single one. */
  public static final String FOLDER =
      "A checkpoint's folder, of a family that 'list models' names, or hf:ORG/NAME[@REV] from Hugging Face's cache; BASE+ADAPTER for one with LoRA weights.";

  /**
   * Returns the configuration of a model that sees pictures as these options say.
   *
   * @throws UsageException if they have one resolution, or cannot have this one
   */
  public LlavaConfig sized(LlavaConfig config) {
    try {
      return config.within(bounds);
    } catch (CheckpointException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
