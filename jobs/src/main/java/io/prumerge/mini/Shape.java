package io.prumerge.mini;

import java.util.Locale;

/** What an object looks like. */
public enum Shape {
  CIRCLE,
  SQUARE,
  TRIANGLE,
  STAR,
  CROSS,
  RING;

  /** One of them. */
  public String english() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Several of them. */
  public String plural() {
    return this == CROSS ? "crosses" : english() + "s";
  }
}
