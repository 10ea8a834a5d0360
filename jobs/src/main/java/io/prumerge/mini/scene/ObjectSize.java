package io.prumerge.mini.scene;

import java.util.Locale;

/** The size of an object. No size lies between small and large. */
public enum ObjectSize {
  SMALL(18, 22),
  LARGE(31, 36);

  private final int smallest;
  private final int largest;

  ObjectSize(int smallest, int largest) {
    this.smallest = smallest;
    this.largest = largest;
  }

  /** Returns the shortest side of the bounding box, in pixels. */
  public int smallest() {
    return smallest;
  }

  /** Returns the longest side of the bounding box, in pixels. */
  public int largest() {
    return largest;
  }

  /** Returns the name in questions and answers. */
  public String displayName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
