package io.prumerge.image.codec;

import java.util.Set;

/** The colour types of a PNG. {@code samples} is the number of samples per pixel. */
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

  boolean alpha() {
    return this == GRAY_ALPHA || this == RGB_ALPHA;
  }

  static PngColor of(int type, int depth) throws ImageException {
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
