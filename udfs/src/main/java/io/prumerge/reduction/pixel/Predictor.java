package io.prumerge.reduction.pixel;

import io.prumerge.image.PatchGrid;
import java.util.stream.IntStream;

/**
 * What a block's pixels are predicted from, on the way through a picture in raster order. A block
 * that shows what is predicted can be left out: a picture that is rebuilt from the others has the
 * predicted pixels there.
 */
enum Predictor {
  /**
   * The block on the left, or the one above where the rebuilt picture has an edge between the left
   * and the upper half: where the block above on the left is like that on the left, and not like
   * that above. Neighbours are those of the rebuilt picture, so that each of its blocks is like the
   * picture's own.
   */
  ANCHORED,
  /** The same by the neighbours of the picture itself, from which a rebuilt one may drift away. */
  SLIDING,
  /** The block before, in the rebuilt picture: the last one of the row above for a row's first. */
  RASTER;

  /**
   * Returns of each block the one whose pixels the rebuilt picture has there: itself where it is
   * kept, else one before it.
   */
  int[] sources(PatchGrid grid, Likeness alike) {
    int[] sources = new int[grid.patches()];
    for (int block = 1; block < sources.length; block++) { // the first one is kept
      int from = neighbour(sources, block, grid.cols(), alike);
      boolean shown = like(at(sources, from), block, alike);
      sources[block] = shown ? sources[from] : block;
    }
    return sources;
  }

  /** Returns the blocks that are kept, rising; the first one always is. */
  int[] kept(PatchGrid grid, Likeness alike) {
    int[] sources = sources(grid, alike);
    return IntStream.range(0, sources.length).filter(block -> sources[block] == block).toArray();
  }

  private int neighbour(int[] sources, int block, int cols, Likeness alike) {
    int left = block - 1;
    int above = block - cols;
    if (this == RASTER || above < 0) {
      return left;
    }
    if (block % cols == 0) {
      return above;
    }
    int corner = at(sources, above - 1);
    boolean edge =
        like(corner, at(sources, left), alike) && !like(corner, at(sources, above), alike);
    return edge ? above : left;
  }

  // The block whose pixels are compared for one.
  private int at(int[] sources, int block) {
    return this == SLIDING ? block : sources[block];
  }

  private static boolean like(int block, int other, Likeness alike) {
    return block == other || alike.of(block, other);
  }
}
