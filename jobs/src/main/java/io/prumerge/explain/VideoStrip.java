package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The chosen frames of a video, and which of its views are drawn: all, or so many at equal
 * distances.
 *
 * @param frames decoded, in the order of time
 * @param times of the frames
 * @param views of the video, each of one or more frames that follow each other
 */
record VideoStrip(List<RgbImage> frames, FrameTimes times, int views) {

  /** Views that are drawn, at most. */
  static final int MOST = 16;

  VideoStrip {
    frames = List.copyOf(frames);
  }

  /** Returns the frames of what was explained. */
  static VideoStrip of(Explanation explanation, List<RgbImage> frames, FrameTimes times) {
    return new VideoStrip(frames, times, explanation.views().size());
  }

  /** Returns the numbers of the views that are drawn, from 0. */
  List<Integer> shown() {
    int count = Math.min(MOST, views);
    return IntStream.range(0, count).mapToObj(i -> i * views / count).toList();
  }

  /** Returns the numbers of the views that are not drawn. */
  List<Integer> hidden() {
    List<Integer> shown = shown();
    return IntStream.range(0, views).boxed().filter(view -> !shown.contains(view)).toList();
  }

  /** Returns the first frame of a view. */
  RgbImage frame(int view) {
    return frames.get(first(view));
  }

  /** Returns what a view is called, with its frames' numbers from 1, and when its first one is. */
  String name(int view) {
    int first = first(view);
    int last = Math.min(frames.size(), first + framesOfView()) - 1;
    String numbers =
        first >= last
            ? Text.format("frame %d", first + 1)
            : Text.format("frames %d to %d", first + 1, last + 1);
    Double seconds = seconds(view);
    return seconds == null ? numbers : Text.format("%s at %.1f s", numbers, seconds);
  }

  /** Returns when a view's first frame is; null where that is not known, or assumed. */
  Double seconds(int view) {
    return times.seconds().isEmpty() || times.assumed() ? null : times.seconds().get(first(view));
  }

  /** Returns the number of a view's first frame, from 0. */
  int first(int view) {
    return Math.min(frames.size() - 1, view * framesOfView());
  }

  private int framesOfView() {
    return (frames.size() + views - 1) / views;
  }
}
