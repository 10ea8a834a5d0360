package io.prumerge.mini.scene;

import io.prumerge.lang.Text;

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
          Text.format("%d values are not a %dx%d mask", alpha.length, width, height));
    }
  }

  int at(int x, int y) {
    return alpha[y * width + x];
  }

  /**
   * Blends a colour into a pixel.
   *
   * @param rgb red, green and blue of each pixel; changed
   * @param at index of the pixel's red
   * @param paint 0xRRGGBB
   * @param alpha the covered share of the pixel, from 0 to {@value #FULL}
   */
  static void blend(byte[] rgb, int at, int paint, int alpha) {
    for (int i = 0; i < 3; i++) {
      int below = rgb[at + i] & 255;
      int above = paint >> 16 - 8 * i & 255;
      int mixed = below * (FULL - alpha) + above * alpha + FULL / 2;
      rgb[at + i] = (byte) (mixed / FULL);
    }
  }
}
