package io.prumerge.report.page;

import java.util.Collection;
import java.util.Locale;

/** Patches of a grid as an SVG path. */
final class PatchPath {

  private PatchPath() {}

  /** Returns the side of a square grid with this number of patches; 0 if it is not a square. */
  static int side(int patches) {
    int side = (int) Math.round(Math.sqrt(patches));
    return side * side == patches ? side : 0;
  }

  /**
   * Returns rectangles over all dropped patches, in units of a patch.
   *
   * @param kept numbers in raster order from 0; must be within the grid
   */
  static String dropped(int rows, int cols, Collection<Integer> kept) {
    boolean[] stays = new boolean[rows * cols];
    kept.forEach(patch -> stays[patch] = true);
    StringBuilder path = new StringBuilder();
    for (int y = 0; y < rows; y++) {
      int x = 0;
      while (x < cols) {
        int from = x;
        while (x < cols && !stays[y * cols + x]) {
          x++;
        }
        if (x > from) {
          path.append(String.format(Locale.ROOT, "M%d %dh%dv1h-%dz", from, y, x - from, x - from));
        } else {
          x++;
        }
      }
    }
    return path.toString();
  }
}
