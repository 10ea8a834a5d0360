package io.prumerge.image;

import java.util.Set;

/**
 * The IHDR chunk of a PNG (PNG specification, 11.2.2).
 *
 * @param depth bits per sample
 */
record PngHeader(ImageInfo info, int depth, PngColor color, boolean interlaced) {
  private static final int IHDR_DATA = 16;

  /** The colour types. {@code samples} is the number of samples per pixel. */
  enum PngColor {
    GRAY(1, Set.of(1, 2, 4, 8, 16)),
    RGB(3, Set.of(8, 16)),
    PALETTE(1, Set.of(1, 2, 4, 8)),
    GRAY_ALPHA(2, Set.of(8, 16)),
    RGB_ALPHA(4, Set.of(8, 16));

    final int samples;
    private final Set<Integer> depths;

    PngColor(int samples, Set<Integer> depths) {
      this.samples = samples;
      this.depths = depths;
    }

    private static PngColor of(int type, int depth) throws ImageException {
      PngColor color =
          switch (type) {
            case 0 -> GRAY;
            case 2 -> RGB;
            case 3 -> PALETTE;
            case 4 -> GRAY_ALPHA;
            case 6 -> RGB_ALPHA;
            default -> throw ImageException.corrupt("Unknown PNG colour type %d", type);
          };
      if (!color.depths.contains(depth)) {
        throw ImageException.corrupt("PNG colour type %d has no depth of %d bits", type, depth);
      }
      return color;
    }
  }

  static PngHeader read(ImageBytes file) throws ImageException {
    if (!file.matches(12, "IHDR") || file.u32be(8) < 13) {
      throw ImageException.corrupt("PNG does not start with an IHDR chunk of 13 bytes");
    }
    ImageInfo info =
        ImageInfo.of(ImageFormat.PNG, file.u32be(IHDR_DATA), file.u32be(IHDR_DATA + 4));
    int depth = file.u8(IHDR_DATA + 8);
    PngColor color = PngColor.of(file.u8(IHDR_DATA + 9), depth);
    if (file.u8(IHDR_DATA + 10) != 0 || file.u8(IHDR_DATA + 11) != 0) {
      throw ImageException.unsupported(
          "PNG compression %d with filter method %d is not defined",
          file.u8(IHDR_DATA + 10), file.u8(IHDR_DATA + 11));
    }
    return new PngHeader(info, depth, color, file.u8(IHDR_DATA + 12) != 0);
  }

  /** Bytes of a row of {@code pixels} pixels, without its filter byte. */
  int rowBytes(int pixels) throws ImageException {
    long bytes = ((long) pixels * color.samples * depth + 7) / 8;
    if (bytes > Integer.MAX_VALUE - 8) {
      throw ImageException.tooLarge("A PNG row of %d pixels has %d bytes", pixels, bytes);
    }
    return (int) bytes;
  }

  /** Distance in bytes to the sample the filters call "left": at least one. */
  int filterDistance() {
    return Math.max(1, color.samples * depth / 8);
  }
}
