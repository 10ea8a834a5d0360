package io.prumerge.benchmark.refcoco;

/** A picture's size in pixels. */
record PictureSize(int width, int height) {

  /** Returns the side of the square that it is padded to. */
  int side() {
    return Math.max(width, height);
  }

  /** Returns the columns of padding on the left in the square. */
  int marginAcross() {
    return (side() - width) / 2;
  }

  /** Returns the rows of padding above in the square. */
  int marginDown() {
    return (side() - height) / 2;
  }
}
