package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.report.page.Examples.Thumbnails;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SmallPictureTest {

  /** An image with red at the left, green in the middle and blue at the right. */
  private static byte[] stripes(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      rgb[3 * i + 3 * (i % width) / width] = (byte) 255;
    }
    return PngWriter.write(new RgbImage(width, height, rgb));
  }

  private static RgbImage shown(byte[] image, ImageAspect aspect) throws Exception {
    String uri = PictureCopy.of(image, aspect, Thumbnails.SIDE).picture().orElseThrow().uri();
    return ImageDecoder.decode(
        Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1)), ImageLimits.DEFAULT);
  }

  private static int red(RgbImage image, int x, int y) {
    return image.rgb()[3 * (y * image.width() + x)] & 0xFF;
  }

  @Test
  void showsTheMiddleOfWhatIsCropped() throws Exception {
    RgbImage middle = shown(stripes(90, 30), ImageAspect.CROP);

    assertThat(middle.width()).isEqualTo(30);
    assertThat(middle.height()).isEqualTo(30);
    assertThat(middle.rgb()[1] & 0xFF).isEqualTo(255);
    assertThat(red(middle, 0, 0)).isZero();
  }

  @Test
  void showsAllOfWhatIsPadded() throws Exception {
    RgbImage all = shown(stripes(90, 30), ImageAspect.PAD);

    assertThat(all.width()).isEqualTo(90);
    assertThat(all.height()).isEqualTo(90);
    assertThat(red(all, 45, 5)).isEqualTo(122);
    assertThat(red(all, 5, 45)).isEqualTo(255);
  }

  @Test
  void showsAllOfWhatIsStretchedAndKnowsItsSize() throws Exception {
    for (ImageAspect aspect : List.of(ImageAspect.STRETCH, ImageAspect.ANYRES)) {
      RgbImage all = shown(stripes(90, 30), aspect);

      assertThat(all.width()).isEqualTo(90);
      assertThat(all.height()).isEqualTo(90);
      assertThat(red(all, 5, 5)).isEqualTo(255);
      assertThat(red(all, 45, 85)).isZero();
      SmallPicture made =
          PictureCopy.of(stripes(90, 30), aspect, Thumbnails.SIDE).picture().orElseThrow();
      assertThat(List.of(made.width(), made.height())).containsExactly(90, 30);
    }
  }

  @Test
  void isNeverLarge() throws Exception {
    byte[] rgb = new byte[3 * 900 * 700];
    new Random(1).nextBytes(rgb);
    byte[] noise = PngWriter.write(new RgbImage(900, 700, rgb));

    assertThat(shown(noise, ImageAspect.PAD).width()).isEqualTo(Thumbnails.SIDE);
    assertThat(
            PictureCopy.of(noise, ImageAspect.CROP, Thumbnails.SIDE)
                .picture()
                .orElseThrow()
                .uri()
                .length())
        .isLessThan(100_000);
  }

  @Test
  void aVeryLongPictureIsNotPaddedWhole() throws Exception {
    for (byte[] line : List.of(stripes(65_535, 1), stripes(1, 65_535))) {
      RgbImage all = shown(line, ImageAspect.PAD);

      assertThat(all.width()).isEqualTo(Thumbnails.SIDE);
      assertThat(all.height()).isEqualTo(Thumbnails.SIDE);
      assertThat(red(all, 10, 10)).isEqualTo(122);
      assertThat(shown(line, ImageAspect.CROP).width()).isEqualTo(1);
    }
    RgbImage line = shown(stripes(65_535, 1), ImageAspect.PAD);
    assertThat(red(line, 10, Thumbnails.SIDE / 2 - 1)).isEqualTo(255);
  }

  @Test
  void isAbsentWithoutAPicture() {
    assertThat(PictureCopy.of(null, ImageAspect.CROP, Thumbnails.SIDE))
        .isEqualTo(new PictureCopy(Optional.empty(), "The image has no bytes"));
    assertThat(PictureCopy.of(new byte[] {1, 2, 3}, ImageAspect.CROP, Thumbnails.SIDE).gap())
        .startsWith("Not a JPEG, PNG, GIF, BMP or WebP file");
  }
}
