package io.prumerge.view;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.ImageAspect;
import io.prumerge.report.page.PictureCopy;
import io.prumerge.video.FrameProtocol;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;

/**
 * Small copies of a few of the frames that a protocol chose of a video, evenly spread over them.
 *
 * @param chosen number of frames that the protocol chose
 * @param frames at most {@link #MOST}, in the order in which a model sees them
 */
record SampledVideo(int chosen, List<SampledFrame> frames) {

  /** The most frames that a page shows. */
  static final int MOST = 8;

  /** Largest side of a frame in a page, in pixels. */
  private static final int SIDE = 224;

  SampledVideo {
    frames = List.copyOf(frames);
  }

  /**
   * Reads the frames.
   *
   * @param row of a table of examples
   * @param sha256 hash of the hashes of the frames that the run saw, in their order
   * @return empty if the row has no such frames
   */
  static Optional<SampledVideo> of(Group row, FrameProtocol protocol, String sha256) {
    Optional<Group> video = group(row, "video");
    Optional<Group> frames = video.flatMap(known -> group(known, "frames"));
    Optional<Group> protocols = video.flatMap(known -> group(known, "protocols"));
    if (frames.isEmpty() || protocols.isEmpty()) {
      return Optional.empty();
    }
    return elements(protocols.get())
        .filter(one -> isOf(one, protocol))
        .findFirst()
        .flatMap(one -> group(one, "chosen"))
        .map(
            places ->
                IntStream.range(0, places.getFieldRepetitionCount(0))
                    .map(i -> places.getGroup(0, i).getInteger(0, 0))
                    .mapToObj(place -> frames.get().getGroup(0, place).getGroup(0, 0))
                    .toList())
        .filter(chosen -> !chosen.isEmpty() && hash(chosen).equals(sha256))
        .map(SampledVideo::of);
  }

  private static SampledVideo of(List<Group> chosen) {
    return new SampledVideo(
        chosen.size(),
        spread(chosen.size()).mapToObj(place -> frame(place, chosen.get(place))).toList());
  }

  /** Returns the places that are shown of a number of frames: the first and the last among them. */
  static IntStream spread(int frames) {
    int shown = Math.min(frames, MOST);
    return IntStream.range(0, shown)
        .map(i -> shown == 1 ? 0 : (int) Math.round((double) i * (frames - 1) / (shown - 1)));
  }

  /** The processors of videos stretch each frame to a square. */
  private static SampledFrame frame(int place, Group frame) {
    return new SampledFrame(
        place,
        isPresent(frame, "seconds") ? frame.getDouble("seconds", 0) : null,
        PictureCopy.of(frame.getBinary("image", 0).getBytes(), ImageAspect.STRETCH, SIDE));
  }

  private static String hash(List<Group> chosen) {
    ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    chosen.forEach(one -> hashes.writeBytes(Sha256.of(one.getBinary("image", 0).getBytes())));
    return Sha256.hex(hashes.toByteArray());
  }

  private static boolean isOf(Group one, FrameProtocol protocol) {
    if (!isPresent(one, "rule") || !one.getString("rule", 0).equals(protocol.rule().label())) {
      return false;
    }
    return protocol.rate().isPresent()
        ? isPresent(one, "fps") && one.getDouble("fps", 0) == protocol.rate().getAsDouble()
        : isPresent(one, "frames") && one.getInteger("frames", 0) == protocol.frames();
  }

  private static Stream<Group> elements(Group list) {
    return IntStream.range(0, list.getFieldRepetitionCount(0))
        .mapToObj(i -> list.getGroup(0, i).getGroup(0, 0));
  }

  private static Optional<Group> group(Group in, String field) {
    return isPresent(in, field) ? Optional.of(in.getGroup(field, 0)) : Optional.empty();
  }

  private static boolean isPresent(Group in, String field) {
    return in.getType().containsField(field) && in.getFieldRepetitionCount(field) > 0;
  }
}
