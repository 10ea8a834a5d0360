package io.prumerge.architecture;

/**
 * The tokens that a method left of one view.
 *
 * @param count all of them
 * @param kept the patches that tokens stand for, in the order of the tokens
 */
public record ViewTokens(int count, int[] kept) {

  /** Returns whether each token stands for one patch, in raster order. */
  boolean inRasterOrder() {
    if (kept.length != count) {
      return false;
    }
    for (int i = 1; i < count; i++) {
      if (kept[i] <= kept[i - 1]) {
        return false;
      }
    }
    return true;
  }
}
