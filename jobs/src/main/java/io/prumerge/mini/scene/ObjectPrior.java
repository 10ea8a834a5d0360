package io.prumerge.mini.scene;

import java.util.ArrayList;
import java.util.List;

/**
 * The distribution of shapes and colours. Some are common and some occur in pairs, so that
 * "popular" and "adversarial" questions about absent objects are possible.
 */
final class ObjectPrior {

  /** By {@link Shape}, most common first. */
  private static final int[] SHAPES = {7, 6, 5, 4, 3, 3};

  /** By {@link Colour}. */
  private static final int[] COLOURS = {6, 3, 4, 4, 5, 3, 2, 2};

  /** How much more common a shape's favoured colour is. */
  private static final int FAVOURED = 4;

  /** Percent of the objects that come with the companion of their shape. */
  private static final int COMPANY = 40;

  private ObjectPrior() {}

  /** The shapes of {@code count} objects: in half of the draws one is repeated, else all differ. */
  static List<Shape> shapes(int count, SceneRandom random) {
    int[] weights = SHAPES.clone();
    List<Shape> shapes = new ArrayList<>();
    Shape shape = Shape.values()[random.weighted(weights)];
    int copies = count > 1 && random.chance(50) ? random.between(2, count) : 1;
    while (shapes.size() < count) {
      for (int i = 0; i < copies; i++) {
        shapes.add(shape);
      }
      copies = 1;
      weights[shape.ordinal()] = 0;
      Shape companion = companion(shape);
      boolean together = weights[companion.ordinal()] > 0 && random.chance(COMPANY);
      shape = together ? companion : Shape.values()[random.weighted(weights)];
    }
    return shapes;
  }

  static Colour colour(Shape shape, SceneRandom random) {
    int[] weights = COLOURS.clone();
    weights[favourite(shape).ordinal()] *= FAVOURED;
    return Colour.values()[random.weighted(weights)];
  }

  private static Shape companion(Shape shape) {
    return switch (shape) {
      case CIRCLE -> Shape.SQUARE;
      case SQUARE -> Shape.CIRCLE;
      case TRIANGLE -> Shape.STAR;
      case STAR -> Shape.TRIANGLE;
      case CROSS -> Shape.RING;
      case RING -> Shape.CROSS;
    };
  }

  private static Colour favourite(Shape shape) {
    return switch (shape) {
      case CIRCLE -> Colour.RED;
      case SQUARE -> Colour.BLUE;
      case TRIANGLE -> Colour.GREEN;
      case STAR -> Colour.YELLOW;
      case CROSS -> Colour.PURPLE;
      case RING -> Colour.ORANGE;
    };
  }
}
