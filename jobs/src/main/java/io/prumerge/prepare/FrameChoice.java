package io.prumerge.prepare;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.service.Unknown;
import io.prumerge.video.AskedRule;
import io.prumerge.video.FrameNumber;
import io.prumerge.video.FrameRule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Which frames of videos {@code prepare} keeps.
 *
 * @param rules by which they are chosen; none of pictures, bare ones only where they take frames
 *     that were chosen before
 * @param sourceFps frames per second of videos that do not tell their own
 */
public record FrameChoice(List<AskedRule> rules, OptionalDouble sourceFps) {

  /** The choice for pictures. */
  public static final FrameChoice NONE = new FrameChoice(List.of(), OptionalDouble.empty());

  /**
   * @throws UsageException if a rule that chooses has no number, or the frames per second are not
   *     above 0
   */
  public FrameChoice {
    rules = List.copyOf(rules);
    List<String> without =
        rules.stream()
            .filter(rule -> rule.isBare() && !rule.rule().isGiven())
            .map(AskedRule::toString)
            .toList();
    if (!without.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s %s needs %s: how many frames, such as 8, or frames per second, such as 2fps",
              Setting.FRAMES_BY, String.join(" ", without), Setting.FRAMES));
    }
    if (sourceFps.isPresent()
        && !(sourceFps.getAsDouble() > 0 && !Double.isInfinite(sourceFps.getAsDouble()))) {
      throw new UsageException(
          Wording.of("%s must be above 0, it is %s", Setting.SOURCE_FPS, sourceFps.getAsDouble()));
    }
  }

  /**
   * Returns the choice of texts.
   *
   * @param rules as {@link AskedRule} spells them
   * @param numbers as {@link FrameNumber} spells them, which go with each bare rule
   * @throws UsageException if there are numbers and no rules, as {@link AskedRule#all}, or as the
   *     constructor
   */
  static FrameChoice of(List<String> rules, List<String> numbers, Optional<Double> sourceFps) {
    if (rules.isEmpty() && !numbers.isEmpty()) {
      throw new UsageException(
          Wording.of(
              "%s goes with %s, which names the rules: %s",
              Setting.FRAMES, Setting.FRAMES_BY, known()));
    }
    return new FrameChoice(
        AskedRule.all(
            rules.stream().map(AskedRule::parse).toList(),
            numbers.stream().map(FrameNumber::parse).toList()),
        sourceFps.map(OptionalDouble::of).orElseGet(OptionalDouble::empty));
  }

  private static String known() {
    return String.join(", ", Unknown.spellings(FrameRule.class));
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
                  + " by %s (%s), each with its number as in lmms-eval:8, or all with those of %s",
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
