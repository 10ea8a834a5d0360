package io.prumerge.demo;

import io.prumerge.image.RgbImage;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Draws the patches of a picture that a method keeps, and arranges such pictures in a table. */
final class KeptPatches {

  /** Opacity of a dropped patch on white. */
  private static final double FADED = 0.25;

  private static final int WHITE = 255;

  private KeptPatches() {}

  /**
   * Returns the square picture, each pixel {@code scale} times as wide and high, dropped patches
   * faded.
   *
   * @param side patches per row and column
   * @param kept indices of the kept patches, in raster order from 0
   */
  static RgbImage drawn(RgbImage picture, int side, Collection<Integer> kept, int scale) {
    if (picture.width() != picture.height()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A square picture is needed, this one is %d x %d",
              picture.width(),
              picture.height()));
    }
    boolean[] stays = new boolean[side * side];
    kept.forEach(patch -> stays[patch] = true);
    int width = picture.width() * scale;
    byte[] rgb = new byte[3 * width * width];
    for (int y = 0; y < width; y++) {
      for (int x = 0; x < width; x++) {
        boolean shown = stays[y * side / width * side + x * side / width];
        int from = 3 * (y / scale * picture.width() + x / scale);
        for (int channel = 0; channel < 3; channel++) {
          int value = picture.rgb()[from + channel] & 0xFF;
          rgb[3 * (y * width + x) + channel] =
              (byte) (shown ? value : Math.round(FADED * value + (1 - FADED) * WHITE));
        }
      }
    }
    return new RgbImage(width, width, rgb);
  }

  /**
   * Returns the rows of pictures on white.
   *
   * @param rows of equally many pictures, all of one size
   * @param gap pixels between them
   */
  static RgbImage table(List<List<RgbImage>> rows, int gap) {
    RgbImage first = rows.get(0).get(0);
    int columns = rows.get(0).size();
    int width = columns * (first.width() + gap) - gap;
    int height = rows.size() * (first.height() + gap) - gap;
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) WHITE);
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < columns; column++) {
        RgbImage picture = rows.get(row).get(column);
        int left = column * (first.width() + gap);
        int top = row * (first.height() + gap);
        for (int y = 0; y < picture.height(); y++) {
          System.arraycopy(
              picture.rgb(),
              3 * y * picture.width(),
              rgb,
              3 * ((top + y) * width + left),
              3 * picture.width());
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }
}
