package io.prumerge.mini;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A kind of object, as POPE asks for it: {@code red circle}. */
record Thing(Colour colour, Shape shape) {

  /** All of them, by colour, then by shape. */
  static final List<Thing> ALL =
      Arrays.stream(Colour.values())
          .flatMap(colour -> Stream.of(Shape.values()).map(shape -> new Thing(colour, shape)))
          .toList();

  static Thing of(SceneObject object) {
    return new Thing(object.colour(), object.shape());
  }

  /** Its place in {@link #ALL}. */
  int index() {
    return colour.ordinal() * Shape.values().length + shape.ordinal();
  }

  String english() {
    return colour.english() + " " + shape.english();
  }
}
