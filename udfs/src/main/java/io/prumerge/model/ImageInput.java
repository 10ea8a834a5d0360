package io.prumerge.model;

/**
 * One image as the tower takes it.
 *
 * @param pixels normalised values, CHW, 3 x S x S
 * @param sha256 hash of the encoded bytes, for reducers that draw at random
 * @param padding patches that show nothing of the picture, rising
 */
public record ImageInput(float[] pixels, byte[] sha256, int[] padding) {

  /** An image that fills the square. */
  public ImageInput(float[] pixels, byte[] sha256) {
    this(pixels, sha256, new int[0]);
  }
}
