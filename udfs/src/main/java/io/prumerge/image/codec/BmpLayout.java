package io.prumerge.image.codec;

/** How a bitmap stores its pixels. */
sealed interface BmpLayout {
  /** An index of 1, 4 or 8 bits, rows padded to four bytes. */
  record Indexed() implements BmpLayout {}

  /** Run-length encoded indices of 4 or 8 bits. */
  record RunLength() implements BmpLayout {}

  /** 16 bits: blue in the low five, then green, then red. */
  record Packed(int greenBits) implements BmpLayout {}

  /** A whole byte per channel; the values are byte positions in the pixel. */
  record Bytes(int red, int green, int blue) implements BmpLayout {}
}
