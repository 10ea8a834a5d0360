package io.prumerge.image;

/**
 * Which way a picture is resized first. Bytes between the passes make the two orders differ by a
 * few levels.
 *
 * <p>Pillow was always horizontal first; 13.0.0 is vertical first where that shrinks the picture
 * sooner. The rule was found by comparing both orders with its results, over all filters; it
 * touches pictures more than twice as high as wide.
 */
enum PassOrder {
  HORIZONTAL_FIRST,
  VERTICAL_FIRST;

  static PassOrder of(int width, int height, int newWidth, int newHeight) {
    return height - newHeight > 2 * Math.max(0, width - newWidth)
        ? VERTICAL_FIRST
        : HORIZONTAL_FIRST;
  }
}
