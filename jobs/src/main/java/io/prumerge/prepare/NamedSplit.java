package io.prumerge.prepare;

import io.prumerge.lang.Optionals;
import io.prumerge.video.FrameProtocol;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Benchmark and split of a table.
 *
 * @param sized whether the benchmark needs the images' sizes
 * @param turned whether its pictures are turned upright
 * @param headersOnly whether the table keeps of pictures that can be used only their sizes
 * @param frames protocols by which frames of videos are chosen, as they are spelt
 * @param sourceFps frames per second of videos that do not tell their own; null: unknown
 */
record NamedSplit(
    String benchmark,
    String split,
    boolean sized,
    boolean turned,
    boolean headersOnly,
    List<String> frames,
    Double sourceFps)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Returns those of a table.
   *
   * @param frames protocols by which frames are chosen, as they are spelt
   */
  static NamedSplit of(PrepareRequest request, List<String> frames) {
    PrepareOptions options = request.options();
    return new NamedSplit(
        options.benchmark().name(),
        options.splitName(),
        options.benchmark().needsImageSize(),
        options.benchmark().turnsPictures(),
        request.headersOnly(),
        frames,
        Optionals.orNull(options.frames().sourceFps()));
  }

  /** Returns the protocols. */
  List<FrameProtocol> protocols() {
    return frames.stream().map(FrameProtocol::parse).toList();
  }

  /** Returns the frames per second of videos that do not tell their own. */
  OptionalDouble assumedRate() {
    return Optionals.ofNullable(sourceFps);
  }
}
