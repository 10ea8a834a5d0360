package io.prumerge.view;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.report.page.SampledVideo;
import io.prumerge.video.FrameNumber;
import io.prumerge.video.FrameProtocol;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;

/** The frames of a row of a table of examples. */
final class VideoRow {

  /** Largest side of a frame in a page, in pixels. */
  private static final int SIDE = 224;

  private VideoRow() {}

  /**
   * Returns small copies of a few of the frames that a protocol chose.
   *
   * @param row of a table of examples
   * @param sha256 hash of the hashes of the frames that the run saw, in their order
   * @param aspect how the model makes a frame square
   * @return empty if the row has no such frames
   */
  static Optional<SampledVideo> of(
      Group row, FrameProtocol protocol, String sha256, ImageAspect aspect) {
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
        .map(chosen -> sampled(chosen, aspect));
  }

  private static SampledVideo sampled(List<Group> chosen, ImageAspect aspect) {
    return SampledVideo.of(
        chosen.size(),
        place -> chosen.get(place).getBinary("image", 0).getBytes(),
        place -> seconds(chosen.get(place)),
        aspect,
        SIDE);
  }

  private static Double seconds(Group frame) {
    return isPresent(frame, "seconds") ? frame.getDouble("seconds", 0) : null;
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
    FrameNumber number = protocol.number();
    return number.rate().isPresent()
        ? isPresent(one, "fps") && one.getDouble("fps", 0) == number.rate().getAsDouble()
        : isPresent(one, "frames") && one.getInteger("frames", 0) == number.frames().getAsInt();
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
