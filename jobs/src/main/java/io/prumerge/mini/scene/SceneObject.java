package io.prumerge.mini.scene;

import io.prumerge.lang.Text;

/**
 * One coloured shape.
 *
 * @param box the square around it, which lies within one quarter of the picture
 */
public record SceneObject(Shape shape, Colour colour, ObjectSize size, Box box) {

  /** Least distance of two centres, in pixels, for one to be left of or above the other. */
  public static final int CLEARLY = 21;

  public SceneObject {
    if (box.width() != box.height()
        || box.width() < size.smallest()
        || box.width() > size.largest()) {
      throw new IllegalArgumentException(
          Text.format("%s is not the box of a %s object", box, size.displayName()));
    }
  }

  /** Returns the quarter of the picture in which it lies. */
  public Quarter position() {
    return box.position();
  }

  /** Returns whether it is clearly to the left of the other one. */
  public boolean leftOf(SceneObject other) {
    return other.box.left() + other.box.right() - box.left() - box.right() >= 2 * CLEARLY;
  }

  /** Returns whether it is clearly above the other one. */
  public boolean above(SceneObject other) {
    return other.box.top() + other.box.bottom() - box.top() - box.bottom() >= 2 * CLEARLY;
  }

  /** Returns the colour and shape: {@code red circle}. */
  public String displayName() {
    return colour.displayName() + " " + shape.displayName();
  }
}
