package io.prumerge.image.processor;

import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.PixelValues;
import io.prumerge.image.Resample;
import io.prumerge.image.Resolution;
import io.prumerge.image.codec.RgbImage;

/**
 * What Hugging Face's video processors do to each frame on a CPU, bit for bit (transformers 4.57.1,
 * {@code video_processing_utils.py}; torchvision 0.22.1): it is resized by torch's bicubic filter
 * and not by Pillow's, then normalised in float. Thread-safe.
 */
final class FrameSteps {

  private final Resample filter;
  private final PixelValues values;

  /**
   * @throws IllegalArgumentException if the steps have another filter than the bicubic one
   */
  FrameSteps(PixelSteps steps) {
    if (steps.resample() != Resample.BICUBIC) {
      throw new IllegalArgumentException(
          "Frames of videos are resized by the bicubic filter alone, resample 3; the settings have "
              + steps.resample());
    }
    this.filter = steps.resample();
    this.values = PixelValues.fused(steps);
  }

  /** Returns the pixels of a frame that is brought to a size. */
  PixelBytes bytes(RgbImage frame, Resolution size) {
    return new PixelBytes(filter.torchResized(frame, size.width(), size.height()), values);
  }
}
