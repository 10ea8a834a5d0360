package io.prumerge.image.codec;

/** 256 colours; entries beyond the file's palette are black, as in Pillow. */
final class Palette {
  private final byte[] rgb = new byte[3 * 256];

  private Palette() {}

  /** Returns the colours of a file without a palette: gray, with the index as brightness. */
  static Palette gray() {
    Palette palette = new Palette();
    for (int i = 0; i < palette.rgb.length; i++) {
      palette.rgb[i] = (byte) (i / 3);
    }
    return palette;
  }

  /** Reads {@code count} entries of red, green, blue; those beyond 256 are not read. */
  static Palette rgb(ImageBytes file, long at, int count) throws ImageException {
    Palette palette = new Palette();
    int bytes = 3 * Math.min(count, 256);
    System.arraycopy(file.array(), file.require(at, bytes), palette.rgb, 0, bytes);
    return palette;
  }

  /** Reads {@code count} entries of blue, green, red, {@code stride} bytes apart. */
  static Palette bgr(ImageBytes file, long at, int count, int stride) throws ImageException {
    Palette palette = new Palette();
    for (int i = 0; i < Math.min(count, 256); i++) {
      int from = file.require(at + (long) i * stride, 3);
      for (int channel = 0; channel < 3; channel++) {
        palette.rgb[3 * i + channel] = file.array()[from + 2 - channel];
      }
    }
    return palette;
  }

  /** Writes the colour of {@code index}, 0 to 255, to {@code target[at, at + 3)}. */
  void write(int index, byte[] target, int at) {
    target[at] = rgb[3 * index];
    target[at + 1] = rgb[3 * index + 1];
    target[at + 2] = rgb[3 * index + 2];
  }
}
