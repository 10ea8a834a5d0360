package io.prumerge.image;

import java.util.Locale;
import java.util.Objects;

/**
 * Decoded pixels. The array is not copied, so the caller must not change it afterwards.
 *
 * @param rgb height x width x 3, row-major, one unsigned byte per channel
 */
public record RgbImage(int width, int height, byte[] rgb) {
  public RgbImage {
    Objects.requireNonNull(rgb, "rgb is null");
    if (width <= 0 || height <= 0 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d bytes are not %dx%d RGB pixels", rgb.length, width, height));
    }
  }
}
