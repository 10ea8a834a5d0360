package io.prumerge.report.page;

import io.prumerge.lang.Text;

/**
 * A frame of a {@link SampledVideo}.
 *
 * @param number its place among the chosen frames, from 0
 * @param seconds from the video's beginning; null if unknown
 */
public record SampledFrame(int number, Double seconds, PictureCopy copy) {

  /** Returns its place, from 1, and its time, if that is known, such as {@code frame 1, 0.5 s}. */
  public String name() {
    return seconds == null
        ? Text.format("frame %d", number + 1)
        : Text.format("frame %d, %.1f s", number + 1, seconds);
  }
}
