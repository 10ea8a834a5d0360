package io.prumerge.mini.scene;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A kind of object as in POPE's questions: {@code red circle}. */
public record Thing(Colour colour, Shape shape) {

  /** All kinds, by colour, then by shape. */
  public static final List<Thing> ALL =
      Arrays.stream(Colour.values())
          .flatMap(colour -> Stream.of(Shape.values()).map(shape -> new Thing(colour, shape)))
          .toList();

  static Thing of(SceneObject object) {
    return new Thing(object.colour(), object.shape());
  }

  /** Returns its place in {@link #ALL}. */
  public int index() {
    return colour.ordinal() * Shape.values().length + shape.ordinal();
  }

  public String displayName() {
    return colour.displayName() + " " + shape.displayName();
  }
}
