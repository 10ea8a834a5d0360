package io.prumerge.image;

import java.util.Objects;

/**
 * Prepares frames bit for bit like Hugging Face's video processors on a CPU (transformers 4.57.1,
 * {@code video_processing_utils.py}; torchvision 0.22.1), for models that take each frame as one
 * view: resized to a square whatever its aspect, by torch's bicubic filter and not by Pillow's,
 * then normalised in float. Thread-safe.
 */
public final class StretchedFrames implements VideoProcessor {

  private final int side;
  private final PixelSteps steps;
  private final PixelValues values;

  /**
   * @param side of the square, in pixels
   * @throws IllegalArgumentException if the steps have another filter than the bicubic one
   */
  public StretchedFrames(int side, PixelSteps steps) {
    Objects.requireNonNull(steps, "steps is null");
    if (steps.resample() != Resample.BICUBIC) {
      throw new IllegalArgumentException(
          "Frames of videos are resized by the bicubic filter alone, resample 3; the settings have "
              + steps.resample());
    }
    this.side = side;
    this.steps = steps;
    this.values = PixelValues.fused(steps);
  }

  @Override
  public ViewGrid grid(int frameWidth, int frameHeight, int frames) {
    return ViewGrid.video(frameWidth, frameHeight, frames);
  }

  @Override
  public Resolution size(ViewGrid video) {
    return new Resolution(side, side);
  }

  @Override
  public PixelBytes bytes(RgbImage frame, ViewGrid video) {
    return new PixelBytes(steps.resample().torchResized(frame, side, side), values);
  }
}
