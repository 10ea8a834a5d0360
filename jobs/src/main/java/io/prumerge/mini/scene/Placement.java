package io.prumerge.mini.scene;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Places objects so that they touch nothing and clearly lie left or right, and at the top or
 * bottom.
 */
final class Placement {

  /** Pixels between an object and the border of the picture. */
  private static final int MARGIN = 5;

  /** Pixels between an object and each middle line, which keeps it inside one quarter. */
  private static final int MIDDLE = 4;

  /** Pixels between two objects, or an object and a word. */
  static final int GAP = 7;

  /** Percent of the objects that take the next of the shuffled quarters instead of a random one. */
  private static final int SPREAD = 75;

  private static final int TRIES = 20;
  private static final int SMALL_PERCENT = 60;
  private static final Comparator<SceneObject> READING_ORDER =
      Comparator.comparing(SceneObject::position)
          .thenComparing(object -> object.box().left())
          .thenComparing(object -> object.box().top());

  private Placement() {}

  /** Objects of the given shapes in reading order; empty if one of them had no room. */
  static Optional<List<SceneObject>> place(
      List<Shape> shapes, Optional<PrintedWord> word, SceneRandom random) {
    List<Position> quarters = new ArrayList<>(Arrays.asList(Position.values()));
    random.shuffle(quarters);
    List<Box> taken = new ArrayList<>();
    word.map(PrintedWord::box).ifPresent(taken::add);
    List<SceneObject> objects = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      Size size = random.chance(SMALL_PERCENT) ? Size.SMALL : Size.LARGE;
      Position quarter =
          random.chance(SPREAD) ? quarters.get(i % quarters.size()) : random.pick(quarters);
      Optional<Box> box = free(size, quarter, taken, random);
      if (box.isEmpty()) {
        return Optional.empty();
      }
      taken.add(box.get());
      Colour colour = ObjectPrior.colour(shapes.get(i), random);
      objects.add(new SceneObject(shapes.get(i), colour, size, box.get()));
    }
    objects.sort(READING_ORDER);
    return Optional.of(objects);
  }

  private static Optional<Box> free(
      Size size, Position quarter, List<Box> taken, SceneRandom random) {
    int side = random.between(size.smallest(), size.largest());
    for (int i = 0; i < TRIES; i++) {
      int left = offset(side, quarter.left(), random);
      int top = offset(side, quarter.top(), random);
      Box box = new Box(left, top, side, side);
      if (taken.stream().noneMatch(other -> box.nearerThan(GAP, other))) {
        return Optional.of(box);
      }
    }
    return Optional.empty();
  }

  private static int offset(int side, boolean firstHalf, SceneRandom random) {
    int half = Scene.SIDE / 2;
    return firstHalf
        ? random.between(MARGIN, half - MIDDLE - side)
        : random.between(half + MIDDLE, Scene.SIDE - MARGIN - side);
  }
}
