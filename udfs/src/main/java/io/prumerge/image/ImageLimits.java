package io.prumerge.image;

/**
 * What an image may cost, checked from its header before anything is decoded.
 *
 * <p>Decoding holds three bytes per pixel (seven for a gray or CMYK JPEG and for WebP); a
 * progressive JPEG takes about six more outside the heap.
 *
 * @param maxBytes longest encoded file, in bytes
 * @param maxPixels largest width times height
 * @param maxSide longest width or height, in pixels
 */
public record ImageLimits(long maxBytes, long maxPixels, int maxSide) {
  /** 64 MiB, the pixels at which Pillow warns of a bomb, and the longest side a JPEG can state. */
  public static final ImageLimits DEFAULT = new ImageLimits(64L << 20, 89_478_485, 65_535);

  /** The most pixels that fit an array of three bytes each. */
  private static final long ADDRESSABLE_PIXELS = (Integer.MAX_VALUE - 8) / 3;

  public ImageLimits {
    if (maxBytes <= 0 || maxSide <= 0) {
      throw new IllegalArgumentException(
          "Image limits must be positive: maxBytes=%d, maxSide=%d".formatted(maxBytes, maxSide));
    }
    if (maxPixels <= 0 || maxPixels > ADDRESSABLE_PIXELS) {
      throw new IllegalArgumentException(
          "maxPixels must lie in 1..%d: %d".formatted(ADDRESSABLE_PIXELS, maxPixels));
    }
  }
}
