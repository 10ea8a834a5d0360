package io.prumerge.video;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import java.util.OptionalDouble;

/**
 * A video all of whose frames are known, or the part of it between two times. Both ends are cut to
 * frames as VLMEvalKit does (vlmeval/dataset/mvbench.py, {@code get_index}): the nearest one, half
 * to even, and none outside the video. lmms-eval cuts no video; its files are cut beforehand.
 *
 * @param frames number of frames of the whole video, at least 1
 * @param rate frames per second of the whole video, if known
 * @param start in seconds; empty: the video's beginning
 * @param end in seconds; empty: the video's end
 */
public record VideoClip(int frames, OptionalDouble rate, OptionalDouble start, OptionalDouble end) {

  /**
   * @throws DataException if there is no frame, if the rate is no positive number, if a part is
   *     asked for of a video whose rate is unknown, or if there is no frame in it
   */
  public VideoClip {
    if (frames < 1) {
      throw new DataException("Cannot choose frames of a video that has none");
    }
    rate.ifPresent(VideoClip::requirePositive);
    boolean part = start.isPresent() || end.isPresent();
    if (part && rate.isEmpty()) {
      throw new DataException(
          Text.format(
              "Cannot cut a video at %s: its frames per second are unknown; name them in a column"
                  + " or in frames.json, or when the videos are prepared",
              bounds(start, end)));
    }
    if (part && !(first(rate, start) <= last(frames, rate, end))) {
      throw new DataException(
          Text.format(
              "Cannot cut a video of %,d frames at %s: there is no frame between",
              frames, bounds(start, end)));
    }
  }

  private static void requirePositive(double rate) {
    if (!(rate > 0) || Double.isInfinite(rate)) {
      throw new DataException(
          "The frames per second of a video must be a positive number, not " + rate);
    }
  }

  private static String bounds(OptionalDouble start, OptionalDouble end) {
    return (start.isPresent() ? start.getAsDouble() + " s" : "its beginning")
        + " and "
        + (end.isPresent() ? end.getAsDouble() + " s" : "its end");
  }

  private static double first(OptionalDouble rate, OptionalDouble start) {
    return start.isEmpty() ? 0 : Math.max(0, Math.rint(start.getAsDouble() * rate.getAsDouble()));
  }

  private static double last(int frames, OptionalDouble rate, OptionalDouble end) {
    return end.isEmpty()
        ? frames - 1
        : Math.min(Math.rint(end.getAsDouble() * rate.getAsDouble()), frames - 1);
  }

  /** Returns the index of the clip's first frame in the video. */
  public int first() {
    return (int) first(rate, start);
  }

  /** Returns the number of the clip's frames. */
  public int count() {
    return (int) last(frames, rate, end) - first() + 1;
  }
}
