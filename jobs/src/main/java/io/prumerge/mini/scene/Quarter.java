package io.prumerge.mini.scene;

/** A quarter of the picture, in reading order. */
public enum Quarter {
  TOP_LEFT,
  TOP_RIGHT,
  BOTTOM_LEFT,
  BOTTOM_RIGHT;

  boolean top() {
    return this == TOP_LEFT || this == TOP_RIGHT;
  }

  boolean left() {
    return this == TOP_LEFT || this == BOTTOM_LEFT;
  }

  /** Returns {@code top} or {@code bottom}. */
  public String vertical() {
    return top() ? "top" : "bottom";
  }

  /** Returns {@code left} or {@code right}. */
  public String horizontal() {
    return left() ? "left" : "right";
  }

  /** Returns both words: {@code top left}. */
  public String displayName() {
    return vertical() + " " + horizontal();
  }
}
