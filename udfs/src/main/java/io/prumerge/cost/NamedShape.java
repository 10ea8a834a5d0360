package io.prumerge.cost;

import java.util.Objects;

/**
 * Dimensions with a name.
 *
 * @param name for people and tables
 * @param shape the dimensions
 * @param views pictures of the tower's size that one image becomes
 */
public record NamedShape(String name, ModelShape shape, int views) {

  public NamedShape {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(shape, "shape is null");
    if (views < 1) {
      throw new IllegalArgumentException(
          "Cannot use shape '%s': an image needs at least 1 view, not %d".formatted(name, views));
    }
  }

  /** Visual tokens of one image before any reduction. */
  public int visualTokens() {
    return Math.multiplyExact(views, shape.vision().patches());
  }
}
