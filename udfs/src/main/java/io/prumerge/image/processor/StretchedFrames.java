package io.prumerge.image.processor;

import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;

/**
 * Prepares frames for models that take each as one view, a square whatever its aspect, as {@link
 * FrameSteps} says. Thread-safe.
 */
public final class StretchedFrames implements VideoProcessor {

  private final int side;
  private final FrameSteps steps;

  /**
   * @param side of the square, in pixels
   * @throws IllegalArgumentException if the steps have another filter than the bicubic one
   */
  public StretchedFrames(int side, PixelSteps steps) {
    this.side = side;
    this.steps = new FrameSteps(steps);
  }

  @Override
  public Resolution size(ViewGrid video) {
    return new Resolution(side, side);
  }

  @Override
  public PixelBytes bytes(RgbImage frame, ViewGrid video) {
    return steps.bytes(frame, new Resolution(side, side));
  }
}
