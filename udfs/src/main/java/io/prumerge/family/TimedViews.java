package io.prumerge.family;

import io.prumerge.image.FrameTimes;
import io.prumerge.image.SeenFrames;
import io.prumerge.image.ViewGrid;
import io.prumerge.text.ViewTexts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The text of a video with the seconds before each view: the mean time of its first and its last
 * frame (Qwen3-VL: transformers 4.57.1, {@code processing_qwen3_vl.py}).
 *
 * @param view the text of a view, behind the seconds
 */
record TimedViews(String view) implements ViewTexts {

  /**
   * Frames a second of a video of which nobody says it, each frame following the one before, as
   * there.
   */
  static final double ASSUMED_RATE = 24;

  @Override
  public String of(ViewGrid video) {
    SeenFrames frames = video.seenFrames();
    FrameTimes times = frames.times();
    return IntStream.range(0, frames.views())
        .map(one -> one * frames.ofView())
        .mapToObj(
            first -> {
              int last = Math.min(first + frames.ofView(), frames.count()) - 1;
              return seconds((second(times, first) + second(times, last)) / 2) + view;
            })
        .collect(Collectors.joining());
  }

  private static double second(FrameTimes times, int frame) {
    return times.seconds().isEmpty()
        ? frame / times.rate().orElse(ASSUMED_RATE)
        : times.seconds().get(frame);
  }

  /** Returns seconds with one decimal, half to even of the exact value, as Python writes them. */
  private static String seconds(double seconds) {
    BigDecimal rounded = new BigDecimal(seconds).setScale(1, RoundingMode.HALF_EVEN);
    return "<" + rounded.toPlainString() + " seconds>";
  }
}
