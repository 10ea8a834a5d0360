package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PngWriterTest {

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 7", "7, 1", "13, 5", "168, 168"})
  void isReadBack(int width, int height) throws ImageException, IOException {
    byte[] rgb = new byte[3 * width * height];
    new Random(width).nextBytes(rgb);
    byte[] file = PngWriter.write(new RgbImage(width, height, rgb));

    RgbImage ours = ImageDecoder.decode(file, ImageLimits.DEFAULT);
    assertThat(ours.width()).isEqualTo(width);
    assertThat(ours.height()).isEqualTo(height);
    assertThat(ours.rgb()).isEqualTo(rgb);
    assertThat(pixels(ImageIO.read(new ByteArrayInputStream(file)))).isEqualTo(rgb);
  }

  @Test
  void aSceneIsASmallFile() {
    Scene scene = new SceneGenerator(1, Split.TRAIN).scene(0);
    assertThat(PngWriter.write(ScenePainter.paint(scene))).hasSizeLessThan(20_000);
  }

  private static byte[] pixels(BufferedImage image) {
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = image.getRGB(i / 3 % image.getWidth(), i / 3 / image.getWidth());
      rgb[i] = (byte) (pixel >> 16 - 8 * (i % 3));
    }
    return rgb;
  }
}
