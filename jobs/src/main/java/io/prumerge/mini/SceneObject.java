package io.prumerge.mini;

import java.util.Objects;

/**
 * One coloured shape.
 *
 * @param box the square around it; the whole of it lies in one quarter of the picture
 */
public record SceneObject(Shape shape, Colour colour, Size size, Box box) {

  /** Centres nearer than this many pixels are neither left nor right, neither above nor below. */
  public static final int CLEARLY = 21;

  public SceneObject {
    Objects.requireNonNull(shape, "shape is null");
    Objects.requireNonNull(colour, "colour is null");
    Objects.requireNonNull(size, "size is null");
    if (box.width() != box.height()
        || box.width() < size.smallest()
        || box.width() > size.largest()) {
      throw new IllegalArgumentException(
          "%s is not the box of a %s object".formatted(box, size.english()));
    }
  }

  /** The quarter of the picture in which it lies. */
  public Position position() {
    return box.position();
  }

  /** Whether it is clearly to the left of the other one. */
  public boolean leftOf(SceneObject other) {
    return other.box.left() + other.box.right() - box.left() - box.right() >= 2 * CLEARLY;
  }

  /** Whether it is clearly above the other one. */
  public boolean above(SceneObject other) {
    return other.box.top() + other.box.bottom() - box.top() - box.bottom() >= 2 * CLEARLY;
  }

  /** Colour and shape: {@code red circle}. */
  public String english() {
    return colour.english() + " " + shape.english();
  }
}
