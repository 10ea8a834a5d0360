package io.prumerge.model.tower;

import io.prumerge.image.PixelBlocks;
import io.prumerge.image.PixelFloats;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewPixels;
import io.prumerge.lang.Text;
import io.prumerge.reduction.PixelRule;
import io.prumerge.reduction.ReductionException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One view of an image as the tower takes it. The views of a prompt's images follow each other in a
 * batch.
 *
 * @param input pixels of a square, S x S; or H x W of a tower that takes any size
 * @param sha256 hash of the encoded bytes, for reducers that draw at random
 * @param padding patches that show nothing of the picture, rising
 * @param smaller the same in the smaller images that methods ask for
 * @param kept the blocks of its pixels that the tower runs over; empty for all
 * @param view which of the views of all images it is, from 0
 * @param grids of the images' views; the size of one that is seen whole only may be any, where all
 *     images become squares
 */
public record PreparedView(
    ViewPixels input,
    byte[] sha256,
    int[] padding,
    SmallPixels smaller,
    Optional<KeptBlocks> kept,
    int view,
    ViewGrids grids) {

  private static final ViewGrids WHOLE = ViewGrids.of(ViewGrid.ONE_VIEW);

  /** An image of one view. */
  public PreparedView(ViewPixels input, byte[] sha256, int[] padding, SmallPixels smaller) {
    this(input, sha256, padding, smaller, Optional.empty(), 0, WHOLE);
  }

  /** The same of normalised values, CHW. */
  public PreparedView(float[] pixels, byte[] sha256, int[] padding, SmallPixels smaller) {
    this(new PixelFloats(pixels), sha256, padding, smaller);
  }

  /** Returns normalised values, CHW, 3 x S x S or 3 x H x W. */
  public float[] pixels() {
    return input.values();
  }

  /** Returns the image that it shows. */
  ViewGrid image() {
    return grids.images().get(grids.image(view));
  }

  /** Returns this view as one of those of several images. */
  public PreparedView among(int newView, ViewGrids newGrids) {
    return new PreparedView(input, sha256, padding, smaller, kept, newView, newGrids);
  }

  /**
   * Returns this view with some blocks of its pixels alone for the tower.
   *
   * @param all the view's blocks
   */
  PreparedView keeping(PixelRule rule, PixelBlocks all) {
    int[] blocks = rule.kept(all);
    boolean rises = IntStream.range(1, blocks.length).allMatch(i -> blocks[i - 1] < blocks[i]);
    if (blocks.length == 0
        || !rises
        || blocks[0] < 0
        || blocks[blocks.length - 1] >= all.grid().patches()) {
      throw new ReductionException(
          Text.format(
              "Cannot keep the blocks of pixels %s: they must rise within 0 to %d",
              Arrays.toString(blocks), all.grid().patches() - 1));
    }
    KeptBlocks left = new KeptBlocks(rule, IntStream.of(blocks).boxed().toList());
    return new PreparedView(input, sha256, padding, smaller, Optional.of(left), view, grids);
  }

  /** An image of one view that fills the square and that no method wants smaller. */
  public PreparedView(float[] pixels, byte[] sha256) {
    this(pixels, sha256, new int[0], SmallPixels.NONE);
  }
}
