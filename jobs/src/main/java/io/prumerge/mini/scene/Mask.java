package io.prumerge.mini.scene;

import java.util.Locale;

/**
 * The covered share of each pixel of a box, from 0 to {@value #FULL}.
 *
 * @param alpha row-major; shared, so never modified
 */
record Mask(int width, int height, byte[] alpha) {

  /** The value of a fully covered pixel: all of its 8 x 8 points. */
  static final int FULL = 64;

  Mask {
    if (alpha.length != width * height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d values are not a %dx%d mask", alpha.length, width, height));
    }
  }

  int at(int x, int y) {
    return alpha[y * width + x];
  }
}
