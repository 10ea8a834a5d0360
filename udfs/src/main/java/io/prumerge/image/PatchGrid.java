package io.prumerge.image;

import io.prumerge.lang.Text;

/**
 * The patches of one view, in rows.
 *
 * @param rows at least 1
 * @param cols patches in a row, at least 1
 */
public record PatchGrid(int rows, int cols) {

  public PatchGrid {
    if (rows < 1 || cols < 1) {
      throw new IllegalArgumentException(Text.format("No view has %d x %d patches", rows, cols));
    }
  }

  /** Returns the patches of a square view. */
  public static PatchGrid square(int side) {
    return new PatchGrid(side, side);
  }

  /** Returns their number. */
  public int patches() {
    return Math.multiplyExact(rows, cols);
  }
}
