package io.prumerge.image;

import io.prumerge.lang.Text;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * When the frames of a video are.
 *
 * @param seconds of each frame from the video's start, never falling; none where they are not known
 * @param rate of the chosen frames, in frames a second, above 0; empty where it is not known
 * @param assumed whether the rate is an assumption, or follows from one, as no file says it; then
 *     the seconds do, too
 */
public record FrameTimes(List<Double> seconds, OptionalDouble rate, boolean assumed) {

  /** Of frames of which nobody knows when they are. */
  public static final FrameTimes UNKNOWN = new FrameTimes(List.of(), OptionalDouble.empty(), false);

  public FrameTimes {
    seconds = List.copyOf(seconds);
    if (rate.isPresent() && !(rate.getAsDouble() > 0 && Double.isFinite(rate.getAsDouble()))) {
      throw new IllegalArgumentException(
          "No video has " + rate.getAsDouble() + " frames a second; give a number above 0");
    }
    if (assumed && rate.isEmpty()) {
      throw new IllegalArgumentException("No rate is assumed where there is none");
    }
    double last = 0;
    for (double second : seconds) {
      if (!(second >= last && Double.isFinite(second))) {
        throw new IllegalArgumentException(
            Text.format("No frame is at %s seconds, after one at %s", second, last));
      }
      last = second;
    }
  }

  /**
   * Returns known times. Their rate is the mean one; that of one frame, or of frames at one time,
   * is not known.
   *
   * @param seconds of each frame
   */
  public static FrameTimes at(List<Double> seconds) {
    double length = seconds.isEmpty() ? 0 : seconds.get(seconds.size() - 1) - seconds.get(0);
    return new FrameTimes(
        seconds,
        length > 0 ? OptionalDouble.of((seconds.size() - 1) / length) : OptionalDouble.empty(),
        false);
  }

  /**
   * Returns the times of frames that follow each other at one distance, the first one at 0.
   *
   * @param frames how many there are
   * @param rate in frames a second
   * @param assumed whether the rate is an assumption
   */
  public static FrameTimes steady(int frames, double rate, boolean assumed) {
    return new FrameTimes(
        IntStream.range(0, frames).mapToObj(i -> i / rate).toList(),
        OptionalDouble.of(rate),
        assumed);
  }

  /**
   * Returns the times of some of the frames. Their rate is as large a part of that of all as there
   * are of the frames, since the video is as long as before.
   *
   * @param places of these among all frames, rising
   * @param all how many frames there are
   */
  public FrameTimes of(int[] places, int all) {
    if (places.length == all) {
      return this;
    }
    return new FrameTimes(
        seconds.isEmpty() ? seconds : IntStream.of(places).mapToObj(seconds::get).toList(),
        rate.isEmpty() ? rate : OptionalDouble.of(rate.getAsDouble() * places.length / all),
        assumed);
  }

  /** Refuses a video of which some frames have a time and others none. */
  void requireFor(int frames) {
    if (!seconds.isEmpty() && seconds.size() != frames) {
      throw new IllegalArgumentException(
          Text.format("%d frames cannot have %d times", frames, seconds.size()));
    }
  }
}
