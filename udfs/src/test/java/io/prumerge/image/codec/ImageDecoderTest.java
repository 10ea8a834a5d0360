package io.prumerge.image.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.image.Goldens;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decoded pixels compared with Pillow's. */
class ImageDecoderTest {
  private static final List<ImageErrorKind> BEFORE_THE_HEADER = List.of(ImageErrorKind.values());

  static List<String> files() {
    return Goldens.files();
  }

  @ParameterizedTest
  @MethodSource("files")
  void decodesLikePillow(String file) throws ImageException {
    JsonNode golden = Goldens.JSON.get("decoded").get(file);
    RgbImage image = ImageDecoder.decode(Goldens.bytes(file), ImageLimits.DEFAULT);
    assertThat(image.width()).isEqualTo(golden.get("width").asInt());
    assertThat(image.height()).isEqualTo(golden.get("height").asInt());
    assertThat(Goldens.sha256(image.rgb())).isEqualTo(golden.get("sha256").asText());
  }

  /** No file is half decoded; what Pillow forgives at the end of a file is forgiven. */
  @ParameterizedTest
  @MethodSource("files")
  void aPrefixIsRefusedOrWhole(String file) throws ImageException {
    byte[] bytes = Goldens.bytes(file);
    int acceptedByPillow = Goldens.JSON.get("prefix").get(file).asInt();
    byte[] whole = ImageDecoder.decode(bytes, ImageLimits.DEFAULT).rgb();
    // Of a large file, its end: everything before is like a small one.
    for (int n = bytes.length > 10_000 ? bytes.length - 200 : 0; n < bytes.length; n++) {
      try {
        RgbImage image = ImageDecoder.decode(Arrays.copyOf(bytes, n), ImageLimits.DEFAULT);
        assertThat(Arrays.equals(image.rgb(), whole)).as("%d bytes", n).isTrue();
        if (file.endsWith(".webp")) { // whose first frame may end long before the file does
          assertThat(n).isGreaterThanOrEqualTo(acceptedByPillow);
        }
      } catch (ImageException e) {
        // JPEG must have its end marker, which Pillow can do without in a few files.
        assertThat(n < acceptedByPillow || file.endsWith(".jpg")).as("%d: %s", n, e).isTrue();
        assertThat(e.kind())
            .isIn(n < 16 ? BEFORE_THE_HEADER : List.of(ImageErrorKind.IMAGE_CORRUPT));
      }
    }
  }

  @Test
  void noBytesAreAMissingImage() {
    for (byte[] none : new byte[][] {null, {}}) {
      assertThatExceptionOfType(ImageException.class)
          .isThrownBy(() -> ImageDecoder.decode(none, ImageLimits.DEFAULT))
          .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_MISSING));
    }
  }

  @Test
  void otherFormatsAreUnsupported() {
    for (String start : List.of("II*\0", "%PDF-1.7", "<svg", "x", "RIFF....WAVE")) {
      assertThatExceptionOfType(ImageException.class)
          .isThrownBy(() -> ImageDecoder.decode(start.getBytes(), ImageLimits.DEFAULT))
          .withMessageStartingWith("Not a JPEG, PNG, GIF, BMP or WebP file")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_UNSUPPORTED));
    }
  }

  /** A flipped bit, a foreign byte, a lost or doubled stretch: a picture or an ImageException. */
  @ParameterizedTest
  @MethodSource("files")
  void mutatedFilesGiveAPictureOrATypedError(String file) {
    byte[] bytes = Goldens.bytes(file);
    Random random = new Random(file.hashCode());
    ImageLimits limits = new ImageLimits(1 << 20, 1 << 20, 1 << 14);
    for (int round = 0; round < 120; round++) {
      byte[] mutated = mutated(bytes, random);
      try {
        RgbImage image = ImageDecoder.decode(mutated, limits);
        assertThat((long) image.width() * image.height()).isLessThanOrEqualTo(limits.maxPixels());
      } catch (ImageException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      }
    }
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] mutated = bytes.clone();
    // Headers decide more than pixels do: half of the changes go there.
    int reach = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 64);
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(reach);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutated[at] = (byte) random.nextInt(256);
        case 2 -> mutated[at] = (byte) (random.nextBoolean() ? 0 : 0xff);
        default -> {
          int from = random.nextInt(reach);
          int count = Math.min(random.nextInt(16), bytes.length - Math.max(at, from));
          System.arraycopy(bytes, from, mutated, at, count);
        }
      }
    }
    return random.nextInt(8) == 0 ? Arrays.copyOf(mutated, random.nextInt(bytes.length)) : mutated;
  }
}
