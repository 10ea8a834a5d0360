package io.prumerge.mini.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.codec.RgbImage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScenePainterTest {

  /** If the images change on purpose, update these hashes and train the checkpoint again. */
  @Test
  void aHundredPicturesAreTheSameEverywhere() throws NoSuchAlgorithmException {
    MessageDigest pixels = MessageDigest.getInstance("SHA-256");
    MessageDigest files = MessageDigest.getInstance("SHA-256");
    for (Split split : Split.values()) {
      for (Scene scene : Scenes.first(50, 2024, split)) {
        RgbImage image = ScenePainter.paint(scene);
        pixels.update(image.rgb());
        files.update(PngWriter.write(image));
      }
    }
    assertThat(HexFormat.of().formatHex(pixels.digest()))
        .isEqualTo("4a07e8261bc5370163b7f3344a01a734495b593ccf9c6dc393bc15200715b068");
    assertThat(HexFormat.of().formatHex(files.digest()))
        .isEqualTo("811ab0a9c90e2431b59e4894079dbbce58151a3c386ad38496d7872ec014a633");
  }

  @Test
  void showsTheTintWhereNothingIs() {
    RgbImage image =
        ScenePainter.paint(Scenes.of(Scenes.object(Shape.SQUARE, Colour.RED, 20, 20, 20)));
    assertThat(pixel(image, 0, 0)).isEqualTo(0x808080);
    assertThat(pixel(image, 167, 167)).isEqualTo(0x808080);
    assertThat(pixel(image, 17, 30)).isEqualTo(0x808080);
  }

  @Test
  void showsTheColourInTheMiddle() {
    for (Colour colour : Colour.values()) {
      RgbImage image =
          ScenePainter.paint(Scenes.of(Scenes.object(Shape.CIRCLE, colour, 20, 20, 21)));
      assertThat(pixel(image, 30, 30)).isEqualTo(SceneColours.of(colour));
    }
  }

  @ParameterizedTest
  @EnumSource(Shape.class)
  void paintsInEveryCorner(Shape shape) {
    int far = Scene.SIDE - 36;
    RgbImage image =
        ScenePainter.paint(
            Scenes.of(
                Scenes.object(shape, Colour.RED, 0, 0, 36),
                Scenes.object(shape, Colour.RED, far, 0, 36),
                Scenes.object(shape, Colour.RED, 0, far, 36),
                Scenes.object(shape, Colour.RED, far, far, 36)));
    for (int y = 0; y < 10; y++) {
      for (int x = 0; x < 36; x++) {
        assertThat(pixel(image, far + x, far + y + 10)).isEqualTo(pixel(image, x, y + 10));
      }
    }
  }

  @Test
  void paintsWordsAsWideAsThePicture() {
    SceneObject object = Scenes.object(Shape.STAR, Colour.BLUE, 60, 100, 20);
    RgbImage image = ScenePainter.paint(Scenes.of(object, "IIIIIIIIIIII", 0, 154));
    for (int i = 0; i < 12; i++) {
      assertThat(pixel(image, 14 * i + 7, 160)).isEqualTo(SceneColours.of(Colour.WHITE));
    }
  }

  @Test
  void paintsBarsFromTheTopEdgeToTheBottomEdge() {
    RgbImage image =
        ScenePainter.paint(
            Scenes.of(
                Scenes.bar(Colour.RED, 7, 0, 12),
                Scenes.bar(Colour.BLUE, 1, 11, 12),
                Scenes.bar(Colour.GREEN, 6, 4, 6)));
    assertThat(pixel(image, 6, 69)).isNotEqualTo(pixel(image, 6, 70));
    assertThat(pixel(image, 6, 70) >> 16).isGreaterThan(0xDC);
    assertThat(pixel(image, 160, 160) & 255).isGreaterThan(0xE0);
    assertThat(pixel(image, 60, 0)).isNotEqualTo(0x808080);
  }

  @ParameterizedTest
  @EnumSource(Texture.class)
  void texturesAreSoft(Texture texture) {
    for (long grain = 0; grain < 20; grain++) {
      byte[] rgb =
          ScenePainter.BackdropPainter.paint(
              new Backdrop(Background.GRAY, 0x808080, texture, grain));
      for (byte channel : rgb) {
        assertThat(channel & 255).isBetween(0x80 - 16, 0x80 + 16);
      }
    }
  }

  @Test
  void tintsAtTheEndsStayInRange() {
    for (int tint : new int[] {0, 0xFFFFFF}) {
      byte[] rgb =
          ScenePainter.BackdropPainter.paint(
              new Backdrop(Background.NAVY, tint, Texture.GRADIENT, 1));
      int end = tint & 255;
      for (byte channel : rgb) {
        assertThat(Math.abs((channel & 255) - end)).isLessThanOrEqualTo(16);
      }
    }
  }

  @Test
  void everyThingStandsOutFromEveryBackground() {
    for (Background background : Background.values()) {
      for (Colour colour : Colour.values()) {
        int[] one = channels(SceneColours.of(background));
        int[] other = channels(SceneColours.of(colour));
        int distance = 0;
        for (int i = 0; i < 3; i++) {
          distance += Math.abs(one[i] - other[i]);
        }
        assertThat(distance).as("%s on %s", colour, background).isGreaterThan(100);
      }
    }
  }

  private static int[] channels(int rgb) {
    return new int[] {rgb >> 16, rgb >> 8 & 255, rgb & 255};
  }

  private static int pixel(RgbImage image, int x, int y) {
    int at = 3 * (y * image.width() + x);
    byte[] rgb = Arrays.copyOfRange(image.rgb(), at, at + 3);
    return (rgb[0] & 255) << 16 | (rgb[1] & 255) << 8 | rgb[2] & 255;
  }
}
