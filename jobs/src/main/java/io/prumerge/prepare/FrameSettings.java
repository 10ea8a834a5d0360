package io.prumerge.prepare;

import io.prumerge.video.FrameRuleNames;
import java.util.List;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** The values of {@link FrameChoice} that are given: on the command line, or from code. */
public final class FrameSettings {

  @Option(
      names = "--frames-by",
      arity = "1..*",
      paramLabel = "RULE[:N]",
      completionCandidates = FrameRuleNames.class,
      description =
          "Of videos: how frames are chosen, by one rule or several: ${COMPLETION-CANDIDATES}. Each"
              + " may have its number, such as lmms-eval:8 or vlmevalkit:2fps.")
  public List<String> framesBy = List.of();

  @Option(
      names = "--frames",
      arity = "1..*",
      paramLabel = "N|Rfps",
      description =
          "Of videos: how many frames each rule without a number chooses, one number or several, or"
              + " how many a second, such as 2fps.")
  public List<String> frames = List.of();

  /** Frames per second of videos that do not tell their own; null: unknown. */
  @Option(
      names = "--source-fps",
      paramLabel = "R",
      converter = RateConverter.class,
      description =
          "Of videos: frames per second of those folders of all frames that no column and no"
              + " frames.json tells.")
  public Double sourceFps;

  /**
   * Returns the choice.
   *
   * @throws io.prumerge.console.UsageException if a setting is none
   */
  FrameChoice choice() {
    return FrameChoice.of(
        framesBy,
        frames,
        sourceFps == null ? OptionalDouble.empty() : OptionalDouble.of(sourceFps));
  }
}
