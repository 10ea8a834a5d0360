package io.prumerge.image.processor;

import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.FrameSize;
import java.util.Optional;

/**
 * Prepares frames at about their own size, bit for bit like Qwen2-VL's and Qwen3-VL's video
 * processors on a CPU, as {@link FrameSize} and {@link FrameSteps} say. It gives the pixels; the
 * tower takes them patch by patch. Thread-safe.
 */
public final class NativeFrames implements VideoProcessor {

  private final FrameSize size;
  private final FrameSteps steps;

  /**
   * @param size of the frames
   * @throws IllegalArgumentException if the steps have another filter than the bicubic one
   */
  public NativeFrames(FrameSize size, PixelSteps steps) {
    this.size = size;
    this.steps = new FrameSteps(steps);
  }

  @Override
  public void requireTaken(ViewGrid video) throws ImageException {
    Optional<String> refusal = size.refusal(video);
    if (refusal.isPresent()) {
      throw ImageException.video(refusal.get());
    }
  }

  @Override
  public Resolution size(ViewGrid video) {
    return size.of(video);
  }

  @Override
  public PixelBytes bytes(RgbImage frame, ViewGrid video) {
    return steps.bytes(frame, size.of(video));
  }
}
