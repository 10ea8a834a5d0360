package io.prumerge.mini;

/**
 * How much of each pixel of a box is painted, from 0 to {@value #FULL}.
 *
 * @param alpha row-major; shared, nobody writes to it
 */
record Mask(int width, int height, byte[] alpha) {

  /** A pixel that is painted wholly: all of its 8 x 8 points. */
  static final int FULL = 64;

  Mask {
    if (alpha.length != width * height) {
      throw new IllegalArgumentException(
          "%d values are not a %dx%d mask".formatted(alpha.length, width, height));
    }
  }

  int at(int x, int y) {
    return alpha[y * width + x];
  }
}
