package io.prumerge.model.tower;

import java.util.Map;

/**
 * One view of an image as the tower takes it. The views of an image follow each other in a batch.
 *
 * @param pixels normalised values, CHW, 3 x S x S
 * @param sha256 hash of the encoded bytes, for reducers that draw at random
 * @param padding patches that show nothing of the picture, rising
 * @param smaller the same picture in smaller images by their side in patches, as far as methods ask
 *     for them; only where the picture has one view
 * @param view which of the image's views it is, from 0
 * @param views of the image
 */
public record ImageInput(
    float[] pixels,
    byte[] sha256,
    int[] padding,
    Map<Integer, float[]> smaller,
    int view,
    int views) {

  public ImageInput {
    smaller = Map.copyOf(smaller);
  }

  /** An image of one view. */
  public ImageInput(float[] pixels, byte[] sha256, int[] padding, Map<Integer, float[]> smaller) {
    this(pixels, sha256, padding, smaller, 0, 1);
  }

  /** An image of one view that fills the square and that no method wants smaller. */
  public ImageInput(float[] pixels, byte[] sha256) {
    this(pixels, sha256, new int[0], Map.of());
  }
}
