package io.prumerge.config;

import io.prumerge.image.SeenFrames;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Views as far apart as the seconds between them say (Qwen2.5-VL).
 *
 * @param perSecond {@code tokens_per_second}: how far apart views are that are one second apart
 * @param rule how these numbers become whole
 */
public record TimesInSeconds(double perSecond, TimeRule rule) implements ViewTimes {

  /**
   * Frames a second of chosen frames of which nobody says it: {@code fps} in transformers 4.57.1,
   * {@code processing_qwen2_5_vl.py}, which is what lmms-eval's and VLMEvalKit's frames get there.
   */
  public static final double ASSUMED_RATE = 2;

  /** Returns these times by another rule. */
  TimesInSeconds by(TimeRule other) {
    return new TimesInSeconds(perSecond, other);
  }

  @Override
  public List<Integer> of(SeenFrames frames) {
    double rate = frames.times().rate().orElse(ASSUMED_RATE);
    float seconds = (float) (frames.ofView() / rate); // as the processor's tensor has them
    return IntStream.range(0, frames.views())
        .map(view -> rule.time(view, seconds, perSecond))
        .boxed()
        .toList();
  }
}
