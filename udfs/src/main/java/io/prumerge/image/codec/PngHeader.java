package io.prumerge.image.codec;

/**
 * The IHDR chunk of a PNG (PNG specification, 11.2.2).
 *
 * @param depth bits per sample
 */
record PngHeader(ImageInfo info, int depth, PngColor color, boolean interlaced)
    implements ImageHeader {
  private static final int IHDR_DATA = 16;

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

  @Override
  public void checkEnd(ImageBytes file) throws ImageException {
    PngDecoder.checkEnd(file, this);
  }

  @Override
  public RgbImage decode(ImageBytes file) throws ImageException {
    return PngDecoder.decode(file, this);
  }

  /** Returns the bytes of a row of {@code pixels} pixels, without its filter byte. */
  int rowBytes(int pixels) throws ImageException {
    long bytes = ((long) pixels * color.samples * depth + 7) / 8;
    if (bytes > Integer.MAX_VALUE - 8) {
      throw ImageException.tooLarge("A PNG row of %d pixels has %d bytes", pixels, bytes);
    }
    return (int) bytes;
  }

  /** Returns the distance in bytes to the sample the filters call "left": at least one. */
  int filterDistance() {
    return Math.max(1, color.samples * depth / 8);
  }
}
