package io.prumerge.model;

/**
 * One view of an image as the tower takes it. The views of an image follow each other in a batch.
 *
 * @param pixels normalised values, CHW, 3 x S x S
 * @param sha256 hash of the encoded bytes, for reducers that draw at random
 * @param view which of the image's views it is, from 0
 * @param views of the image
 */
public record ImageInput(float[] pixels, byte[] sha256, int view, int views) {

  /** An image of one view. */
  public ImageInput(float[] pixels, byte[] sha256) {
    this(pixels, sha256, 0, 1);
  }
}
