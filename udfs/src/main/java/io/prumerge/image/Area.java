package io.prumerge.image;

import io.prumerge.lang.Text;

/**
 * A rectangle in a picture's pixels, x to the right and y down from its upper left corner. It may
 * reach beyond the picture.
 */
public record Area(double left, double top, double width, double height) {

  public Area {
    if (!(width > 0 && height > 0)) {
      throw new IllegalArgumentException(
          Text.format("An area has a width and a height: %s x %s", width, height));
    }
  }

  public double right() {
    return left + width;
  }

  public double bottom() {
    return top + height;
  }

  /** Returns the upper left part, {@code share} of the width by {@code share} of the height. */
  public Area corner(double share) {
    return new Area(left, top, width * share, height * share);
  }

  /** Returns one of the equal cells of a grid, numbered row-major from 0. */
  public Area cell(int index, PatchGrid grid) {
    int cols = grid.cols();
    double across = width / cols;
    double down = height / grid.rows();
    return new Area(left + index % cols * across, top + index / cols * down, across, down);
  }

  /** Returns the smallest area that contains both. */
  public Area with(Area other) {
    double minLeft = Math.min(left, other.left);
    double minTop = Math.min(top, other.top);
    return new Area(
        minLeft,
        minTop,
        Math.max(right(), other.right()) - minLeft,
        Math.max(bottom(), other.bottom()) - minTop);
  }
}
