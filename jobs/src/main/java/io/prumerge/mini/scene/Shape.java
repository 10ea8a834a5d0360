package io.prumerge.mini.scene;

import java.util.Locale;

/** The shape of an object. */
public enum Shape {
  CIRCLE(0),
  SQUARE(1),
  TRIANGLE(2),
  STAR(3),
  CROSS(4),
  RING(5);

  private final int code;

  Shape(int code) {
    this.code = code;
  }

  /** Returns the number in labels of patches. */
  int code() {
    return code;
  }

  /** Returns the name in the singular. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name in the plural. */
  public String plural() {
    return this == CROSS ? "crosses" : displayName() + "s";
  }
}
