package io.prumerge.image.rule;

import java.util.Optional;

/**
 * MiniCPM-V 4.6: the whole picture, and the slices of the grid whose aspect is nearest to its own
 * (transformers 5.24.0, {@code image_processing_minicpmv4_6.py}). Of its special tokens, the
 * picture's number between two of them counts as one.
 *
 * @param most slices ({@code max_slice_nums})
 * @param merged patches that become a token: 16, or 4 ({@code downsample_mode} 16x, 4x)
 */
record MiniCpmRule(int most, int merged) implements TokenRule {

  private static final int SIDE = 448;
  private static final int PATCH = 14;

  private record Grid(int rows, int cols) {}

  @Override
  public PictureTokens of(int width, int height) {
    Optional<Grid> grid = grid(width, height);
    int whole = tokens(height, width, grid.isEmpty());
    if (grid.isEmpty()) {
      return new PictureTokens(whole, 4);
    }
    int rows = grid.get().rows();
    int cols = grid.get().cols();
    int slice =
        tokens((double) multiple(height, rows) / rows, (double) multiple(width, cols) / cols, true);
    return new PictureTokens(whole + rows * cols * slice, 4 + 2 * rows * cols);
  }

  /** Returns the slices; empty if there are none ({@code get_sliced_grid}). */
  private Optional<Grid> grid(int width, int height) {
    int slices = (int) Math.min(Math.ceil((double) width * height / (SIDE * SIDE)), most);
    if (slices <= 1) {
      return Optional.empty();
    }
    double aspect = Math.log((double) width / height);
    Grid best = new Grid(1, 1);
    double least = Double.POSITIVE_INFINITY;
    for (int number = Math.max(2, slices - 1); number <= Math.min(slices + 1, most); number++) {
      for (int rows = 1; rows <= number; rows++) {
        double off = Math.abs(aspect - Math.log((double) (number / rows) / rows));
        boolean better = off < least || off == least && rows > best.rows();
        if (number % rows == 0 && better) {
          best = new Grid(rows, number / rows);
          least = off;
        }
      }
    }
    return Optional.of(best);
  }

  /** Returns the tokens of one image ({@code find_best_resize}). */
  private int tokens(double height, double width, boolean grows) {
    double high = height;
    double wide = width;
    if (grows || height * width > SIDE * SIDE) {
      double aspect = width / height;
      high = (int) (SIDE / Math.sqrt(aspect));
      wide = (int) (high * aspect);
    }
    int side = PATCH * (int) Math.sqrt(merged);
    return multiple(high, side) / PATCH * (multiple(wide, side) / PATCH) / merged;
  }

  private static int multiple(double length, int of) {
    return Math.max((int) Math.rint(length / of) * of, of);
  }
}
