package io.prumerge.image;

import java.util.Locale;
import java.util.Objects;

/**
 * Prepares frames at about their own size, bit for bit like Qwen2-VL's video processor on a CPU
 * (transformers 4.57.1, {@code video_processing_qwen2_vl.py}), as {@link FrameSteps} says. It gives
 * the pixels; the tower takes them patch by patch. Thread-safe.
 */
public final class NativeFrames implements VideoProcessor {

  private final FrameSize size;
  private final FrameSteps steps;

  /**
   * @param size of the frames
   * @throws IllegalArgumentException if the steps have another filter than the bicubic one
   */
  public NativeFrames(FrameSize size, PixelSteps steps) {
    this.size = Objects.requireNonNull(size, "size is null");
    this.steps = new FrameSteps(steps);
  }

  @Override
  public void requireTaken(int frameWidth, int frameHeight) throws ImageException {
    if (!size.takes(frameWidth, frameHeight)) {
      throw ImageException.video(
          String.format(
              Locale.ROOT,
              "A frame of %d x %d pixels %s",
              frameWidth,
              frameHeight,
              NativeSize.TOO_LONG));
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
