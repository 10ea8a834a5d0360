package io.prumerge.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
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

  /** Returns a copy as AWT's image, which takes four bytes a pixel. */
  public BufferedImage buffered() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
    }
    return image;
  }
}
