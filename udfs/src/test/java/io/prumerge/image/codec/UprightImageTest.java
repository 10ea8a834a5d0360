package io.prumerge.image.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pictures that Pillow 13.0.0 wrote in random colours with each orientation, one without (0), 9,
 * which is none, one in grey and one with alpha; and the pixels of {@code
 * ImageOps.exif_transpose(Image.open(file)).convert("RGB")}.
 */
class UprightImageTest {

  /** A picture, its stored bytes and the turned pixels in base64. */
  static final class Picture {
    String format;
    int orientation;
    String file;
    int width;
    int height;
    String rgb;

    byte[] bytes() {
      return Base64.getDecoder().decode(file);
    }

    @Override
    public String toString() {
      return format + " " + orientation;
    }
  }

  static Stream<Picture> pictures() throws IOException {
    try (Reader json =
        new InputStreamReader(
            UprightImageTest.class.getResourceAsStream("/goldens/exif_orientation.json"),
            StandardCharsets.UTF_8)) {
      return List.of(new Gson().fromJson(json, Picture[].class)).stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void turnsAsPillowDoes(Picture picture) throws ImageException {
    byte[] upright = UprightImage.of(picture.bytes(), ImageLimits.DEFAULT);
    RgbImage image = ImageDecoder.decode(upright, ImageLimits.DEFAULT);

    assertThat(image.width()).isEqualTo(picture.width);
    assertThat(image.height()).isEqualTo(picture.height);
    ImageInfo header = UprightImage.checkBeginning(picture.bytes(), ImageLimits.DEFAULT);
    assertThat(header.width()).isEqualTo(picture.width);
    assertThat(header.height()).isEqualTo(picture.height);
    assertThat(image.rgb()).isEqualTo(Base64.getDecoder().decode(picture.rgb));
    if (picture.orientation < 2 || picture.orientation > 8) {
      assertThat(upright).isEqualTo(picture.bytes());
    }
    RgbImage stored = ImageDecoder.decode(picture.bytes(), ImageLimits.DEFAULT);
    assertThat(image.indexed()).isEqualTo(stored.indexed());
    assertThat(image.alpha().isPresent()).isEqualTo(stored.alpha().isPresent());
  }

  @Test
  void damagedExifIsNoOrientationAndNoException() throws IOException {
    Random random = new Random(5);
    List<Picture> all = pictures().toList();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = all.get(random.nextInt(all.size())).bytes();
      int changes = 1 + random.nextInt(4);
      for (int j = 0; j < changes; j++) {
        bytes[random.nextInt(Math.min(bytes.length, 200))] = (byte) random.nextInt();
      }
      byte[] cut = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      assertThat(ExifOrientation.of(bytes)).isBetween(1, 8);
      assertThat(ExifOrientation.of(cut)).isBetween(1, 8);
    }
  }
}
