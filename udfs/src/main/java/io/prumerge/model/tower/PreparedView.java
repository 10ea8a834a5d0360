package io.prumerge.model.tower;

import io.prumerge.image.PixelFloats;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.image.ViewPixels;

/**
 * One view of an image as the tower takes it. The views of a prompt's images follow each other in a
 * batch.
 *
 * @param input pixels of a square, S x S; or H x W of a tower that takes any size
 * @param sha256 hash of the encoded bytes, for reducers that draw at random
 * @param padding patches that show nothing of the picture, rising
 * @param smaller the same in the smaller images that methods ask for
 * @param view which of the views of all images it is, from 0
 * @param grids of the images' views; the size of one that is seen whole only may be any, where all
 *     images become squares
 */
public record PreparedView(
    ViewPixels input,
    byte[] sha256,
    int[] padding,
    SmallPixels smaller,
    int view,
    ViewGrids grids) {

  private static final ViewGrids WHOLE = ViewGrids.of(ViewGrid.ONE_VIEW);

  /** An image of one view. */
  public PreparedView(ViewPixels input, byte[] sha256, int[] padding, SmallPixels smaller) {
    this(input, sha256, padding, smaller, 0, WHOLE);
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
    return new PreparedView(input, sha256, padding, smaller, newView, newGrids);
  }

  /** An image of one view that fills the square and that no method wants smaller. */
  public PreparedView(float[] pixels, byte[] sha256) {
    this(pixels, sha256, new int[0], SmallPixels.NONE);
  }
}
