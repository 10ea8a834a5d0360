package io.prumerge.fuzz;

import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Encoded images of all formats. */
final class ImageFiles {

  private static final int LONGEST_SEED = 20_000;
  private static final ImageLimits LIMITS = new ImageLimits(1 << 20, 1 << 18, 2048);

  /** A decoder allocates up to seven bytes per pixel, and some of them twice. */
  private static final Target.Heap HEAP = new Target.Heap((4 << 20) + 32 * LIMITS.maxPixels(), 16);

  private ImageFiles() {}

  static List<Target> targets() {
    return Stream.of("png", "jpg", "gif", "bmp", "webp").map(ImageFiles::target).toList();
  }

  private static boolean isSmall(byte[] bytes) {
    try {
      ImageDecoder.probe(bytes, LIMITS);
      return bytes.length < LONGEST_SEED;
    } catch (ImageException e) {
      return false;
    }
  }

  private static Target target(String ending) {
    List<byte[]> seeds =
        Workplace.files(
                Workplace.repository().resolve(Path.of("udfs/src/test/resources/goldens/images")))
            .stream()
            .filter(file -> file.toString().endsWith("." + ending))
            .map(Workplace::bytes)
            .filter(ImageFiles::isSmall)
            .toList();
    return new Target(
        ending,
        seeds,
        bytes -> {
          ImageDecoder.probe(bytes, LIMITS);
          ImageDecoder.decode(bytes, LIMITS);
        },
        List.of(ImageException.class),
        HEAP);
  }
}
