package io.prumerge.mini.scene;

import java.util.Locale;

/** The size of an object. No size lies between small and large. */
public enum ObjectSize {
  SMALL(0, 18, 22),
  LARGE(1, 31, 36);

  private final int code;
  private final int smallest;
  private final int largest;

  ObjectSize(int code, int smallest, int largest) {
    this.code = code;
    this.smallest = smallest;
    this.largest = largest;
  }

  /** Returns the number in labels of patches. */
  int code() {
    return code;
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
