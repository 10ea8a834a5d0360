package io.prumerge.model;

import java.util.Map;

/**
 * One image as the tower takes it.
 *
 * @param pixels normalised values, CHW, 3 x S x S
 * @param sha256 hash of the encoded bytes, for reducers that draw at random
 * @param padding patches that show nothing of the picture, rising
 * @param smaller the same picture in smaller images by their side in patches, as far as methods ask
 *     for them
 */
public record ImageInput(
    float[] pixels, byte[] sha256, int[] padding, Map<Integer, float[]> smaller) {

  public ImageInput {
    smaller = Map.copyOf(smaller);
  }

  /** An image that fills the square and that no method wants smaller. */
  public ImageInput(float[] pixels, byte[] sha256) {
    this(pixels, sha256, new int[0], Map.of());
  }
}
