package io.prumerge.video;

import io.prumerge.config.TimesInSeconds;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * A rule of frames with its number, spelt {@code RULE:N}, such as {@code lmms-eval:8}, or {@code
 * RULE:Rfps}, such as {@code qwen2:2fps}. Column {@code protocol}.
 *
 * @param rule how frames are chosen
 * @param number how many, or how many a second
 */
public record FrameProtocol(FrameRule rule, FrameNumber number) {

  static final char COLON = ':';

  /**
   * @throws UsageException if the rule cannot choose by such a number
   */
  public FrameProtocol {
    if (number.rate().isPresent() && !rule.takesRate()) {
      throw new UsageException(
          Text.format(
              "The rule %s cannot choose frames by time (%s); give it a number of frames of its"
                  + " own, as in %s:8",
              rule.label(), number, rule.label()));
    }
  }

  /**
   * Returns the protocol of a text.
   *
   * @throws UsageException if there is no such rule, with those that may have been meant, if the
   *     number is none, or if the rule cannot choose by it
   */
  public static FrameProtocol parse(String text) {
    int colon = text.indexOf(COLON);
    if (colon < 0) {
      throw new UsageException(
          "A protocol of frames is RULE:N, such as lmms-eval:8, not '" + text + "'");
    }
    return new FrameProtocol(
        FrameRule.of(text.substring(0, colon)), FrameNumber.parse(text.substring(colon + 1)));
  }

  /**
   * Returns the indices in the video of the frames that this protocol chooses from a clip, in the
   * order in which a model sees them.
   *
   * @throws DataException with the reason if the rule cannot choose them
   * @throws IllegalStateException if the rule is one of chosen frames
   */
  public int[] choose(VideoClip clip) {
    OptionalDouble rate = rule.sourceRate(clip);
    int[] chosen;
    if (number.frames().isPresent()) {
      chosen = rule.byNumber(clip.count(), number.frames().getAsInt());
    } else if (rate.isEmpty()) {
      throw new DataException("The video's own frames per second are unknown");
    } else {
      chosen = rule.byRate(clip.count(), rate.getAsDouble(), number.rate().getAsDouble());
    }
    for (int index : chosen) {
      if (index >= clip.count()) {
        throw new DataException(
            Text.format(
                "Its steps end behind the last frame, as in its reference: frame %,d of %,d,"
                    + " counted from 0",
                index, clip.count()));
      }
    }
    return IntStream.of(chosen).map(index -> index + clip.first()).toArray();
  }

  /**
   * Returns the frames per second of the frames that this protocol has chosen of a clip: those that
   * it asks for, as transformers passes them ({@code fps} in
   * models/qwen2_5_vl/processing_qwen2_5_vl.py of 4.57.1); of a number of frames, that number by
   * the clip's seconds, as {@code sample_fps} in vision_process.py of qwen-vl-utils 0.0.14. Where
   * the clip's are unknown, it is what the rule's reference assumes.
   */
  double chosenRate(int chosen, VideoClip clip) {
    if (number.rate().isPresent()) {
      return number.rate().getAsDouble();
    }
    OptionalDouble rate = rule.sourceRate(clip);
    return rate.isPresent()
        ? chosen / (double) clip.count() * rate.getAsDouble()
        : TimesInSeconds.ASSUMED_RATE;
  }

  /** Returns the protocol as it is spelt. */
  @Override
  public String toString() {
    return rule.label() + COLON + number;
  }
}
