package io.prumerge.estimate;

import io.prumerge.cost.ModelShape;
import java.util.Locale;
import java.util.Objects;

/**
 * A model shape with a name.
 *
 * @param name the name in commands and tables
 * @param shape the dimensions
 * @param views pictures of the tower's size into which one image is split
 */
public record NamedShape(String name, ModelShape shape, int views) {

  public NamedShape {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(shape, "shape is null");
    if (views < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot use shape '%s': an image needs at least 1 view, not %d",
              name,
              views));
    }
  }

  /** Visual tokens of one image before any reduction. */
  public int visualTokens() {
    return Math.multiplyExact(views, shape.vision().patches());
  }
}
