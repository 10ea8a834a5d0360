package io.prumerge.video;

import io.prumerge.lang.Text;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * SQL of what a protocol chose of the column {@code video} of {@code examples}. Names of videos,
 * and their errors, are columns of rows without frames too.
 *
 * @param protocol by which the frames were chosen
 */
public record ChosenFrames(FrameProtocol protocol) {

  /** SQL of a text that is not there. */
  public static final String NONE = "CAST(NULL AS STRING)";

  /**
   * Returns what is seen of videos.
   *
   * @param protocol as {@link FrameProtocol} spells it; empty for pictures
   */
  public static Optional<ChosenFrames> of(String protocol) {
    return protocol.isEmpty()
        ? Optional.empty()
        : Optional.of(new ChosenFrames(FrameProtocol.parse(protocol)));
  }

  /** Returns the chosen places among the video's frames; null where there are none. */
  public String places() {
    return entry() + ".chosen";
  }

  /** Returns the number of frames that a model sees; 0 where there are none. */
  public String count() {
    return Text.format("if(%s IS NULL, 0, size(%s))", places(), places());
  }

  /**
   * Returns a value of each frame, in the order in which a model sees them; null without frames.
   *
   * @param value SQL of the {@code i}-th of the video's frames
   */
  private String frames(String value) {
    return Text.format("transform(%s, i -> %s)", places(), value);
  }

  /** Returns the encoded bytes of the frames, as {@link #places} has them. */
  public String images() {
    return frames("get(video.frames, i).image");
  }

  /** Returns the seconds of the frames from the video's beginning, null ones where unknown. */
  public String seconds() {
    return frames("get(video.frames.seconds, i)");
  }

  /** Returns the frames per second of the frames that a model sees; null without frames. */
  public String fps() {
    return entry() + ".chosen_fps";
  }

  /** Returns whether {@link #fps} follows from an assumption. */
  public String fpsAssumed() {
    return entry() + ".chosen_fps_assumed";
  }

  /** Returns the error that questions about a row's video get; null if it can be shown. */
  public String error() {
    return Text.format("coalesce(video.error, %s.error)", entry());
  }

  /**
   * Returns the hash of what is seen of a row: of its frames, or, without videos, of its images.
   *
   * @param frames what is seen of the videos; empty for pictures
   */
  public static String imageSha256(Optional<ChosenFrames> frames) {
    return frames.map(ChosenFrames::sha256).orElse("image_sha256");
  }

  /**
   * Returns the name of a row's video; null without one.
   *
   * @param frames what is seen of the videos; empty for pictures
   */
  public static String video(Optional<ChosenFrames> frames) {
    return frames.isPresent() ? "video.name" : NONE;
  }

  /**
   * Returns the protocol of a row; null without a video.
   *
   * @param frames what is seen of the videos; empty for pictures
   */
  public static String protocol(Optional<ChosenFrames> frames) {
    return frames
        .map(chosen -> "if(image_id IS NULL, NULL, '" + chosen.protocol() + "')")
        .orElse(NONE);
  }

  /**
   * Returns all that a model may be told of the frames' times, as {@link
   * io.prumerge.spark.LlavaPredictor#TIMES} has it.
   */
  public String times() {
    String seconds = "get(video.frames.seconds, i)";
    OptionalDouble source = protocol.rule().assumedSourceRate();
    return Text.format(
        "struct(%s AS seconds, %s AS fps, %s AS assumed)",
        frames(
            source.isPresent()
                ? Text.format(
                    "coalesce(%s, get(video.frames.index, i) / %sD)", seconds, source.getAsDouble())
                : seconds),
        fps(),
        fpsAssumed());
  }

  /** Returns the hash of the frames' hashes, 32 bytes each, in their order; null without frames. */
  public String sha256() {
    return Text.format(
        "sha2(unhex(aggregate(%s, '', (hashes, next) -> concat(hashes, sha2(next, 256)))), 256)",
        images());
  }

  private String entry() {
    return Text.format(
        "get(filter(video.protocols, p -> p.rule = '%s' AND %s), 0)",
        protocol.rule().label(),
        protocol.number().rate().isPresent()
            ? "p.fps = " + protocol.number().rate().getAsDouble() + "D"
            : "p.frames = " + protocol.number().frames().getAsInt());
  }
}
