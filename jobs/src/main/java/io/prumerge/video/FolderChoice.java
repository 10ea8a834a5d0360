package io.prumerge.video;

import io.prumerge.image.FrameTimes;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The frames of a folder that a protocol chooses.
 *
 * @param frames in the order in which a model sees them, at least one
 * @param fps frames per second of the chosen frames, above 0
 * @param assumed whether {@code fps} follows from an assumption, as nothing tells it
 */
public record FolderChoice(List<FolderFrame> frames, double fps, boolean assumed) {

  public FolderChoice {
    frames = List.copyOf(frames);
  }

  /** Returns what a model is told of the frames' times. */
  public FrameTimes times() {
    List<Double> seconds = frames.stream().map(FolderFrame::seconds).toList();
    return seconds.stream().allMatch(Objects::nonNull)
        ? new FrameTimes(seconds, OptionalDouble.of(fps), assumed)
        : FrameTimes.steady(frames.size(), fps, assumed);
  }
}
