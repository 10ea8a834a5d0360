package io.prumerge.image.size;

import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import java.util.Optional;

/**
 * The size of frames each of which has a number of pixels within bounds, whatever the others are
 * (Qwen2-VL: transformers 4.57.1, {@code video_processing_qwen2_vl.py}).
 *
 * @param bounds of a frame
 */
public record SizeOfEachFrame(NativeSize bounds) implements FrameSize {

  @Override
  public int multiple() {
    return bounds.multiple();
  }

  @Override
  public Optional<String> refusal(ViewGrid video) {
    return bounds.takes(video.width(), video.height())
        ? Optional.empty()
        : Optional.of(FrameSize.ofFrame(video, NativeSize.TOO_LONG));
  }

  @Override
  public FrameSize within(ImageBounds other) {
    return new SizeOfEachFrame(other.over(bounds));
  }

  @Override
  public ImageBounds replaceable() {
    return ImageBounds.of(bounds);
  }

  @Override
  public Resolution of(ViewGrid video) {
    return bounds.of(video.width(), video.height());
  }
}
