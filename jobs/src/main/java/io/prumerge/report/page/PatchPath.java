package io.prumerge.report.page;

import java.util.Collection;
import java.util.Locale;

/** Patches of a square grid as an SVG path. */
final class PatchPath {

  private PatchPath() {}

  /** The side of a grid of so many patches; 0 where they are no square. */
  static int side(int patches) {
    int side = (int) Math.round(Math.sqrt(patches));
    return side * side == patches ? side : 0;
  }

  /**
   * Rectangles over all patches but the kept ones, a patch being 1 wide and high.
   *
   * @param kept in raster order from 0; others are refused
   */
  static String dropped(int side, Collection<Integer> kept) {
    boolean[] stays = new boolean[side * side];
    kept.forEach(patch -> stays[patch] = true);
    StringBuilder path = new StringBuilder();
    for (int y = 0; y < side; y++) {
      int x = 0;
      while (x < side) {
        int from = x;
        while (x < side && !stays[y * side + x]) {
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
