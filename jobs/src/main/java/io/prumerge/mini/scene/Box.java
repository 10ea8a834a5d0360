package io.prumerge.mini.scene;

import io.prumerge.lang.Text;

/**
 * A rectangle of the picture, in pixels from the top left corner.
 *
 * @param left first column
 * @param top first row
 */
public record Box(int left, int top, int width, int height) {
  public Box {
    if (left < 0
        || top < 0
        || width <= 0
        || height <= 0
        || left + width > Scene.SIDE
        || top + height > Scene.SIDE) {
      throw new IllegalArgumentException(
          Text.format(
              "%dx%d at (%d, %d) is not inside %dx%d pixels",
              width, height, left, top, Scene.SIDE, Scene.SIDE));
    }
  }

  /** Returns one past the last column. */
  public int right() {
    return left + width;
  }

  /** Returns one past the last row. */
  public int bottom() {
    return top + height;
  }

  /** Returns the quarter of the picture in which the centre lies. */
  public Quarter position() {
    boolean top = top() + bottom() < Scene.SIDE;
    boolean left = left() + right() < Scene.SIDE;
    if (top) {
      return left ? Quarter.TOP_LEFT : Quarter.TOP_RIGHT;
    }
    return left ? Quarter.BOTTOM_LEFT : Quarter.BOTTOM_RIGHT;
  }

  /** Returns whether fewer than {@code gap} pixels lie between both, in each direction. */
  public boolean nearerThan(int gap, Box other) {
    return left < other.right() + gap
        && other.left < right() + gap
        && top < other.bottom() + gap
        && other.top < bottom() + gap;
  }
}
