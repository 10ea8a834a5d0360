package io.prumerge.mini.scene;

import java.util.Locale;

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
          String.format(
              Locale.ROOT,
              "%dx%d at (%d, %d) is not inside %dx%d pixels",
              width,
              height,
              left,
              top,
              Scene.SIDE,
              Scene.SIDE));
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
  public Position position() {
    boolean top = top() + bottom() < Scene.SIDE;
    boolean left = left() + right() < Scene.SIDE;
    if (top) {
      return left ? Position.TOP_LEFT : Position.TOP_RIGHT;
    }
    return left ? Position.BOTTOM_LEFT : Position.BOTTOM_RIGHT;
  }

  /** Returns whether fewer than {@code gap} pixels lie between both, in each direction. */
  public boolean nearerThan(int gap, Box other) {
    return left < other.right() + gap
        && other.left < right() + gap
        && top < other.bottom() + gap
        && other.top < bottom() + gap;
  }

  /** A quarter of the picture, in reading order. */
  public enum Position {
    TOP_LEFT,
    TOP_RIGHT,
    BOTTOM_LEFT,
    BOTTOM_RIGHT;

    boolean top() {
      return this == TOP_LEFT || this == TOP_RIGHT;
    }

    boolean left() {
      return this == TOP_LEFT || this == BOTTOM_LEFT;
    }

    /** Returns {@code top} or {@code bottom}. */
    public String vertical() {
      return top() ? "top" : "bottom";
    }

    /** Returns {@code left} or {@code right}. */
    public String horizontal() {
      return left() ? "left" : "right";
    }

    /** Returns both words: {@code top left}. */
    public String displayName() {
      return vertical() + " " + horizontal();
    }
  }
}
