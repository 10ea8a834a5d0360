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

  /** The name in the singular. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name in the plural. */
  public String plural() {
    return this == CROSS ? "crosses" : displayName() + "s";
  }
}
