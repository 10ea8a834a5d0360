package io.prumerge.report.page;

import io.prumerge.console.Texts;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Small copies of a few of the frames that a protocol chose of a video, evenly spread over them.
 *
 * @param chosen number of frames that the protocol chose
 * @param frames at most {@link #MOST}, in the order in which a model sees them
 */
public record SampledVideo(int chosen, List<SampledFrame> frames) {

  /** The most frames that a page shows. */
  public static final int MOST = 8;

  public SampledVideo {
    frames = List.copyOf(frames);
  }

  /**
   * Makes the copies.
   *
   * @param chosen number of frames
   * @param image encoded bytes of a frame, by its place
   * @param seconds of a frame from the video's beginning, by its place; null where unknown
   * @param aspect how the model makes a frame square
   * @param side the largest of a copy, in pixels
   */
  public static SampledVideo of(
      int chosen,
      IntFunction<byte[]> image,
      IntFunction<Double> seconds,
      ImageAspect aspect,
      int side) {
    return new SampledVideo(
        chosen,
        spread(chosen)
            .mapToObj(
                place ->
                    new SampledFrame(
                        place,
                        seconds.apply(place),
                        PictureCopy.of(image.apply(place), aspect, side)))
            .toList());
  }

  /** Returns the places that are shown of a number of frames: the first and the last among them. */
  static IntStream spread(int frames) {
    int shown = Math.min(frames, MOST);
    return IntStream.range(0, shown)
        .map(i -> shown == 1 ? 0 : (int) Math.round((double) i * (frames - 1) / (shown - 1)));
  }

  /** Returns how many frames are shown of how many, such as {@code 8 of 32 frames of qwen2:32}. */
  public String caption(String protocol) {
    return Text.format("%d of %s of %s", frames.size(), Texts.count(chosen, "frame"), protocol);
  }
}
