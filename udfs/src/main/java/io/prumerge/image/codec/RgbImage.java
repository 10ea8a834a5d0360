package io.prumerge.image.codec;

import io.prumerge.lang.Text;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Optional;

/**
 * Decoded pixels. The arrays are not copied, so the caller must not change them afterwards.
 *
 * @param rgb height x width x 3, row-major, one unsigned byte per channel
 * @param indexed whether its file has one number a pixel: a shade of grey, or a place in a palette
 * @param alpha height x width, one unsigned byte a pixel, of which {@code rgb} knows nothing; empty
 *     where the file has none
 */
public record RgbImage(int width, int height, byte[] rgb, boolean indexed, Optional<byte[]> alpha) {

  /** Opaque pixels of three channels. */
  public RgbImage(int width, int height, byte[] rgb) {
    this(width, height, rgb, false, Optional.empty());
  }

  public RgbImage {
    if (width <= 0 || height <= 0 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          Text.format("%d bytes are not %dx%d RGB pixels", rgb.length, width, height));
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
