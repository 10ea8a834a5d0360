package io.prumerge.image;

/** Converts unfiltered PNG rows to RGB. */
final class PngPixels {
  private final PngHeader header;
  private final Palette palette;

  PngPixels(PngHeader header, Palette palette) {
    this.header = header;
    this.palette = palette;
  }

  /**
   * Writes {@code count} pixels of a row, the first at {@code rgb[at]}, {@code step} bytes apart.
   */
  void write(byte[] row, int count, byte[] rgb, int at, int step) {
    switch (header.color()) {
      case GRAY, PALETTE -> writeSingle(row, count, rgb, at, step);
      case GRAY_ALPHA -> {
        int bytes = header.depth() / 4; // gray and alpha
        for (int i = 0; i < count; i++) {
          palette.write(row[i * bytes] & 0xff, rgb, at + i * step);
        }
      }
      case RGB, RGB_ALPHA -> {
        int sample = header.depth() / 8; // a 16-bit sample gives its first, high byte
        int bytes = header.color().samples * sample;
        for (int i = 0, from = 0, to = at; i < count; i++, from += bytes, to += step) {
          rgb[to] = row[from];
          rgb[to + 1] = row[from + sample];
          rgb[to + 2] = row[from + 2 * sample];
        }
      }
    }
  }

  private void writeSingle(byte[] row, int count, byte[] rgb, int at, int step) {
    int depth = header.depth();
    if (depth == 16) {
      for (int i = 0; i < count; i++) {
        // Pillow converts I;16 to RGB by clipping, not by taking the high byte.
        palette.write(row[2 * i] == 0 ? row[2 * i + 1] & 0xff : 255, rgb, at + i * step);
      }
      return;
    }
    int mask = (1 << depth) - 1;
    int scale = header.color() == PngHeader.PngColor.GRAY ? 255 / mask : 1;
    int perByte = 8 / depth;
    for (int i = 0; i < count; i++) {
      int shift = 8 - depth * (i % perByte + 1);
      palette.write(((row[i / perByte] >> shift) & mask) * scale, rgb, at + i * step);
    }
  }
}
