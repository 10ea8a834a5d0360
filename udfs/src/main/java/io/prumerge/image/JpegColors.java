package io.prumerge.image;

/**
 * libjpeg's colour conversions (jdcolor.c), in its 16-bit fixed point, and Pillow's CMYK to RGB.
 */
final class JpegColors {
  private static final int HALF = 1 << 15;
  private static final int[] RED_OF_CR = new int[256];
  private static final int[] BLUE_OF_CB = new int[256];
  private static final int[] GREEN_OF_CR = new int[256];
  private static final int[] GREEN_OF_CB = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      RED_OF_CR[i] = fixed(1.40200) * x + HALF >> 16;
      BLUE_OF_CB[i] = fixed(1.77200) * x + HALF >> 16;
      GREEN_OF_CR[i] = -fixed(0.71414) * x;
      GREEN_OF_CB[i] = -fixed(0.34414) * x + HALF;
    }
  }

  private JpegColors() {}

  private static int fixed(double x) {
    return (int) (x * (1 << 16) + 0.5);
  }

  static byte[] grayToRgb(byte[] gray) {
    byte[] rgb = new byte[3 * gray.length];
    for (int i = 0, to = 0; i < gray.length; i++, to += 3) {
      rgb[to] = gray[i];
      rgb[to + 1] = gray[i];
      rgb[to + 2] = gray[i];
    }
    return rgb;
  }

  /** In place: {@code pixels} x 3. */
  static byte[] yccToRgb(byte[] samples, int pixels) {
    for (int i = 0; i < 3 * pixels; i += 3) {
      int y = samples[i] & 0xff;
      int cb = samples[i + 1] & 0xff;
      int cr = samples[i + 2] & 0xff;
      samples[i] = (byte) clamp(y + RED_OF_CR[cr]);
      samples[i + 1] = (byte) clamp(y + (GREEN_OF_CB[cb] + GREEN_OF_CR[cr] >> 16));
      samples[i + 2] = (byte) clamp(y + BLUE_OF_CB[cb]);
    }
    return samples;
  }

  /** In place: {@code pixels} x 4. YCC converts to RGB, the complement of CMY; K is unchanged. */
  static byte[] yccToCmy(byte[] samples, int pixels) {
    for (int i = 0; i < 4 * pixels; i += 4) {
      int y = samples[i] & 0xff;
      int cb = samples[i + 1] & 0xff;
      int cr = samples[i + 2] & 0xff;
      samples[i] = (byte) clamp(255 - (y + RED_OF_CR[cr]));
      samples[i + 1] = (byte) clamp(255 - (y + (GREEN_OF_CB[cb] + GREEN_OF_CR[cr] >> 16)));
      samples[i + 2] = (byte) clamp(255 - (y + BLUE_OF_CB[cb]));
    }
    return samples;
  }

  /**
   * Pillow treats every four-component JPEG as Adobe's, which stores ink as 255 - ink. Then R = K'
   * - C·K'/255 with K' = 255 - K.
   */
  static byte[] cmykToRgb(byte[] samples, int pixels) {
    byte[] rgb = new byte[3 * pixels];
    for (int i = 0, from = 0, to = 0; i < pixels; i++, from += 4, to += 3) {
      int light = samples[from + 3] & 0xff;
      for (int channel = 0; channel < 3; channel++) {
        int ink = 255 - (samples[from + channel] & 0xff);
        int product = ink * light + 128;
        rgb[to + channel] = (byte) clamp(light - ((product >> 8) + product >> 8));
      }
    }
    return rgb;
  }

  private static int clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
