package io.prumerge.image.size;

import io.prumerge.lang.Text;

/** The size to resize to, in pixels. */
public sealed interface TargetSize {

  /** Far beyond any tower's input; keeps every product of two sizes in range. */
  int MOST = 8192;

  /** Returns the size times other / edge, to the nearest pixel. */
  TargetSize scaled(int edge, int other);

  private static int scaled(int length, int edge, int other) {
    return (int) Math.round((double) length * other / edge);
  }

  /**
   * Refuses a length of no use.
   *
   * @param what has it, such as a key
   * @throws IllegalArgumentException if it is not in 1..{@link #MOST} pixels
   */
  static void requireSize(String what, int length) {
    if (length < 1 || length > MOST) {
      throw new IllegalArgumentException(
          Text.format("%s must lie in 1..%d pixels: %d", what, MOST, length));
    }
  }

  /** The shorter side gets this length, the other keeps the aspect, rounded down. */
  record ShortestEdge(int length) implements TargetSize {
    public ShortestEdge {
      TargetSize.requireSize("size", length);
    }

    @Override
    public ShortestEdge scaled(int edge, int other) {
      return new ShortestEdge(TargetSize.scaled(length, edge, other));
    }
  }

  /** Both sides as stated. */
  record Exact(int height, int width) implements TargetSize {
    public Exact {
      TargetSize.requireSize("height", height);
      TargetSize.requireSize("width", width);
    }

    @Override
    public Exact scaled(int edge, int other) {
      return new Exact(
          TargetSize.scaled(height, edge, other), TargetSize.scaled(width, edge, other));
    }
  }
}
