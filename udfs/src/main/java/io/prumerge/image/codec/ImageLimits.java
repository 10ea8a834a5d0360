package io.prumerge.image.codec;

import io.prumerge.lang.Text;

/**
 * Limits on an image's size, checked against its header before decoding.
 *
 * <p>Decoding takes three bytes of heap per pixel (seven for a gray or CMYK JPEG and for WebP); a
 * progressive JPEG takes about six more outside the heap.
 *
 * @param maxBytes longest encoded file, in bytes
 * @param maxPixels largest width times height
 * @param maxSide longest width or height, in pixels
 */
public record ImageLimits(long maxBytes, long maxPixels, int maxSide) {
  /**
   * 64 MiB, the number of pixels at which Pillow warns of a decompression bomb, and the longest
   * side a JPEG can state.
   */
  public static final ImageLimits DEFAULT = new ImageLimits(64L << 20, 89_478_485, 65_535);

  /** The most pixels that fit an array of three bytes each. */
  private static final long ADDRESSABLE_PIXELS = (Integer.MAX_VALUE - 8) / 3;

  public ImageLimits {
    if (maxBytes <= 0 || maxSide <= 0) {
      throw new IllegalArgumentException(
          Text.format("Image limits must be positive: maxBytes=%d, maxSide=%d", maxBytes, maxSide));
    }
    if (maxPixels <= 0 || maxPixels > ADDRESSABLE_PIXELS) {
      throw new IllegalArgumentException(
          Text.format("maxPixels must lie in 1..%d: %d", ADDRESSABLE_PIXELS, maxPixels));
    }
  }
}
