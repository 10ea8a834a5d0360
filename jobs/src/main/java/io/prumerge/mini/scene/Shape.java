package io.prumerge.mini.scene;

import java.util.Locale;

/** The shape of an object. */
public enum Shape {
  CIRCLE,
  SQUARE,
  TRIANGLE,
  STAR,
  CROSS,
  RING;

  /** Returns the name in the singular. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the name in the plural. */
  public String plural() {
    return this == CROSS ? "crosses" : displayName() + "s";
  }
}
