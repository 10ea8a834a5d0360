package io.prumerge.plan;

import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.TimeRule;
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
 * @param mrope how the times of a video's views become whole numbers
 */
public record ModelOptions(
    DeviceChoice device,
    DtypeChoice dtype,
    ImageAspect imageAspect,
    String conversation,
    ImageBounds bounds,
    TimeRule mrope) {

  /** What {@code model} takes where a job loads a single one. */
  public static final String FOLDER =
      "A checkpoint's folder, of a family that 'list models' names, or hf:ORG/NAME[@REV] from Hugging Face's cache; BASE+ADAPTER for one with LoRA weights.";

  /**
   * Returns the configuration of a model that sees pictures and videos as these options say.
   *
   * @throws UsageException if pictures have one resolution, or cannot have this one, or videos have
   *     no such times
   */
  public LlavaConfig sized(LlavaConfig config) {
    try {
      return config.within(bounds).timed(mrope);
    } catch (CheckpointException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
