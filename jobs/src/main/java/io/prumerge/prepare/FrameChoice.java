package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.service.Unknown;
import io.prumerge.video.FrameProtocol;
import io.prumerge.video.FrameRule;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Which frames of videos {@code prepare} keeps.
 *
 * @param rules by which they are chosen; none of pictures
 * @param numbers of frames, or frames per second; none only where {@code rules} take frames that
 *     were chosen before
 * @param sourceFps frames per second of videos that do not tell their own
 */
public record FrameChoice(List<FrameRule> rules, List<String> numbers, OptionalDouble sourceFps) {

  /** The choice for pictures. */
  public static final FrameChoice NONE =
      new FrameChoice(List.of(), List.of(), OptionalDouble.empty());

  /**
   * @throws UsageException if there are numbers and no rules, a number is none, a rule that chooses
   *     has none, or the frames per second are not above 0
   */
  public FrameChoice {
    rules = List.copyOf(rules);
    numbers = List.copyOf(numbers);
    if (rules.isEmpty() && !numbers.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s goes with %s, which names the rules: %s",
              Setting.FRAMES, Setting.FRAMES_BY, known()));
    }
    if (numbers.isEmpty() && !rules.stream().allMatch(FrameRule::isGiven)) {
      throw new UsageException(
          Wording.of(
              "%s %s needs %s: how many frames, such as 8, or frames per second, such as 2fps",
              Setting.FRAMES_BY, labels(rules), Setting.FRAMES));
    }
    FrameProtocol.all(rules.stream().map(FrameRule::label).toList(), numbers);
    if (sourceFps.isPresent()
        && !(sourceFps.getAsDouble() > 0 && !Double.isInfinite(sourceFps.getAsDouble()))) {
      throw new UsageException(
          Wording.of("%s must be above 0, it is %s", Setting.SOURCE_FPS, sourceFps.getAsDouble()));
    }
  }

  private static String known() {
    return String.join(", ", Unknown.spellings(FrameRule.class));
  }

  private static String labels(List<FrameRule> rules) {
    return String.join(" ", rules.stream().map(FrameRule::label).toList());
  }

  /**
   * Refuses a choice of frames of pictures, and videos without one.
   *
   * @throws UsageException if it does
   */
  void requireFitting(Benchmark benchmark) {
    if (benchmark.showsVideos() && rules.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "Cannot prepare %s without a choice of its videos' frames: name one rule or several"
                  + " by %s (%s), and numbers of frames by %s",
              benchmark.name(), Setting.FRAMES_BY, known(), Setting.FRAMES));
    }
    if (!benchmark.showsVideos() && !equals(NONE)) {
      throw new UsageException(
          Wording.of(
              "%s, %s and %s are of videos; the questions of %s are about pictures: leave them out",
              Setting.FRAMES_BY, Setting.FRAMES, Setting.SOURCE_FPS, benchmark.name()));
    }
  }
}
