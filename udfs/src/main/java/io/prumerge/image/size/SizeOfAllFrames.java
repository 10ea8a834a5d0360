package io.prumerge.image.size;

import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.Optional;

/**
 * The size of frames that have a number of pixels within bounds all together (Qwen3-VL:
 * transformers 4.57.1, {@code video_processing_qwen3_vl.py}, {@code smart_resize}).
 *
 * @param multiple of {@link FrameSize#multiple}
 * @param least pixels of all resized frames; an odd number of these counts as the even one next to
 *     it that is a multiple of 4
 * @param most pixels, likewise; those of very long frames may be more
 */
public record SizeOfAllFrames(int multiple, long least, long most) implements FrameSize {

  private static final int OF_VIEW = 2;

  public SizeOfAllFrames {
    TargetSize.requireSize("patch_size x merge_size", multiple);
    if (least < 1 || most < least) {
      throw new IllegalArgumentException(
          Text.format(
              "The frames of a video cannot have %d to %d pixels: shortest_edge must be 1 to"
                  + " longest_edge",
              least, most));
    }
  }

  @Override
  public Optional<String> refusal(ViewGrid video) {
    if (video.seenFrames().count() < OF_VIEW) {
      return Optional.of(
          "A video of 1 frame is too short: the model takes one of 2 or more; show more frames");
    }
    if (Math.min(video.width(), video.height()) < multiple) {
      String tooSmall = "is too small: the model takes one of %d pixels a side or more";
      return Optional.of(FrameSize.ofFrame(video, Text.format(tooSmall, multiple)));
    }
    return NativeSize.isTooLong(video.width(), video.height())
        ? Optional.of(FrameSize.ofFrame(video, NativeSize.TOO_LONG))
        : Optional.empty();
  }

  /** Returns this: {@code min_pixels} and {@code max_pixels} are of pictures alone there. */
  @Override
  public FrameSize within(ImageBounds bounds) {
    return this;
  }

  @Override
  public ImageBounds replaceable() {
    return ImageBounds.NONE;
  }

  @Override
  public Resolution of(ViewGrid video) {
    int frames = video.seenFrames().count();
    double height = video.height();
    double width = video.width();
    double rows = Math.rint(height / multiple) * multiple;
    double cols = Math.rint(width / multiple) * multiple;
    double counted = Math.rint((double) frames / OF_VIEW) * OF_VIEW * rows * cols;
    if (counted > most) {
      double shrink = Math.sqrt(frames * height * width / most);
      rows = Math.max(1, Math.floor(height / shrink / multiple)) * multiple;
      cols = Math.max(1, Math.floor(width / shrink / multiple)) * multiple;
    } else if (counted < least) {
      double grow = Math.sqrt(least / (frames * height * width));
      rows = Math.ceil(height * grow / multiple) * multiple;
      cols = Math.ceil(width * grow / multiple) * multiple;
    }
    return new Resolution((int) rows, (int) cols);
  }
}
