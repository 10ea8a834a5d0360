package io.prumerge.image.rule;

import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.NearestAspectTiling;

/**
 * Phi-4 multimodal: the whole picture, and tiles without the patches that are padding (transformers
 * 5.24.0, {@code image_processing_phi4_multimodal.py}).
 *
 * @param most tiles ({@code dynamic_hd})
 */
record Phi4Rule(int most) implements TokenRule {

  private static final int TILE = 448;
  private static final int PATCH = 14;
  private static final int ALONG = TILE / PATCH;
  private static final int LEAST_SIDE = 10;

  /** Of the whole picture: its tokens, a separator, and the ends of its rows. */
  private static final int WHOLE = 256 + 1 + 16;

  @Override
  public PictureTokens of(int width, int height) {
    int cols = (width + TILE - 1) / TILE;
    int rows = (height + TILE - 1) / TILE;
    if (cols * rows > most) {
      ViewGrid grid = new NearestAspectTiling(TILE, 1, most).grid(width, height);
      cols = grid.cols();
      rows = grid.rows();
    }
    double wider = (double) (cols * TILE) / width;
    double higher = (double) (rows * TILE) / height;
    int wide = wider < higher ? cols * TILE : (int) (width * higher);
    int high = wider < higher ? (int) (height * wider) : rows * TILE;
    if (Math.min(wide, high) < LEAST_SIDE) {
      throw new IllegalArgumentException("is too long: it would be less than 10 pixels wide");
    }
    int along = everySecond(cols * ALONG - (cols * TILE - wide) / PATCH);
    int down = everySecond(rows * ALONG - (rows * TILE - high) / PATCH);
    return new PictureTokens(WHOLE + along * down + down, 0);
  }

  private static int everySecond(int patches) {
    return (patches + 1) / 2;
  }
}
