package io.prumerge.image.codec;

/**
 * The headers of a Windows or OS/2 bitmap file. It supports the layouts that Pillow reads, and also
 * channel masks of whole bytes in any order.
 *
 * @param topDown whether the first stored row is the upper one
 * @param bits per stored pixel
 * @param palette colours of the layouts that store an index per pixel
 * @param data where the pixels start
 */
record BmpHeader(
    ImageInfo info, boolean topDown, int bits, BmpLayout layout, Palette palette, long data)
    implements ImageHeader {
  private static final int FILE_HEADER = 14;
  private static final int CORE_HEADER = 12;

  static BmpHeader read(ImageBytes file) throws ImageException {
    long size = file.u32le(FILE_HEADER);
    if (size == CORE_HEADER) {
      return readCore(file);
    }
    if (size != 40 && size != 52 && size != 56 && size != 64 && size != 108 && size != 124) {
      throw ImageException.unsupported(
          "BMP header of %d bytes is not read; known: 12, 40, 52, 56, 64, 108, 124", size);
    }
    int signedHeight = (int) file.u32le(22);
    ImageInfo info = ImageInfo.of(ImageFormat.BMP, file.u32le(18), Math.abs((long) signedHeight));
    int bits = bits(file.u16le(28));
    long compression = file.u32le(30);
    long colors = file.u32le(46) == 0 ? 1L << Math.min(bits, 16) : file.u32le(46);
    long end = FILE_HEADER + size;
    if (bits <= 8 && colors > 65_536) {
      throw ImageException.corrupt("BMP palette has %d colours", colors);
    }
    Palette palette = bits <= 8 ? Palette.bgr(file, end, (int) colors, 4) : Palette.gray();
    BmpLayout layout = layout(file, compression, bits);
    if (bits <= 8) {
      end += 4 * colors;
    } else if (compression == 3 && size == 40) {
      end += 12;
    }
    long data = start(file.u32le(10), FILE_HEADER + size, end, bits);
    return new BmpHeader(info, signedHeight < 0, bits, layout, palette, data);
  }

  @Override
  public void checkEnd(ImageBytes file) throws ImageException {
    long row = (info.width() * (long) bits + 31) / 32 * 4;
    if (layout instanceof BmpLayout.RunLength || data + row * info.height() > file.length()) {
      decode(file); // only its codes say where the pixels end; the last row's padding may lack
    }
  }

  @Override
  public RgbImage decode(ImageBytes file) throws ImageException {
    return BmpDecoder.decode(file, this);
  }

  private static BmpHeader readCore(ImageBytes file) throws ImageException {
    ImageInfo info = ImageInfo.of(ImageFormat.BMP, file.u16le(18), file.u16le(20));
    int bits = bits(file.u16le(24));
    long end = FILE_HEADER + CORE_HEADER;
    int colors = bits <= 8 ? 1 << bits : 0;
    Palette palette = Palette.bgr(file, end, colors, 3);
    long data = start(file.u32le(10), end, end + 3L * colors, bits);
    return new BmpHeader(info, false, bits, layout(file, 0, bits), palette, data);
  }

  private static int bits(int bits) throws ImageException {
    return switch (bits) {
      case 1, 4, 8, 16, 24, 32 -> bits;
      default ->
          throw ImageException.unsupported(
              "BMP with %d bits per pixel is not read; known: 1, 4, 8, 16, 24, 32", bits);
    };
  }

  /**
   * Returns the start of the pixels, as in Pillow: an offset of 0, or one that leaves out the
   * palette, is replaced by the end of headers and palette.
   */
  private static long start(long stated, long headersEnd, long allEnd, int bits) {
    return stated == 0 || (stated == headersEnd && bits <= 8) ? allEnd : stated;
  }

  private static BmpLayout layout(ImageBytes file, long compression, int bits)
      throws ImageException {
    if (compression == 3 && bits > 8) {
      return maskedLayout(bits, file.u32le(54), file.u32le(58), file.u32le(62));
    }
    if ((compression == 1 && bits == 8) || (compression == 2 && bits == 4)) {
      return new BmpLayout.RunLength();
    }
    if (compression != 0) {
      throw ImageException.unsupported(
          "BMP compression %d with %d bits per pixel is not read; known: 0 (none), 1 and 2"
              + " (run-length, 8 and 4 bits), 3 (bit masks, 16 to 32 bits)",
          compression, bits);
    }
    if (bits <= 8) {
      return new BmpLayout.Indexed();
    }
    return bits == 16 ? new BmpLayout.Packed(5) : new BmpLayout.Bytes(2, 1, 0);
  }

  private static BmpLayout maskedLayout(int bits, long red, long green, long blue)
      throws ImageException {
    if (bits == 16 && red == 0xf800 && green == 0x7e0 && blue == 0x1f) {
      return new BmpLayout.Packed(6);
    }
    if (bits == 16 && red == 0x7c00 && green == 0x3e0 && blue == 0x1f) {
      return new BmpLayout.Packed(5);
    }
    if (bits == 32 && red == 0 && green == 0 && blue == 0) {
      return new BmpLayout.Bytes(2, 1, 0);
    }
    int redByte = wholeByte(red, bits);
    int greenByte = wholeByte(green, bits);
    int blueByte = wholeByte(blue, bits);
    if (bits == 16 || redByte < 0 || greenByte < 0 || blueByte < 0) {
      throw ImageException.unsupported(
          "BMP bit masks %08x %08x %08x with %d bits per pixel are not read",
          red, green, blue, bits);
    }
    return new BmpLayout.Bytes(redByte, greenByte, blueByte);
  }

  private static int wholeByte(long mask, int bits) {
    for (int place = 0; place < bits / 8; place++) {
      if (mask == 0xffL << 8 * place) {
        return place;
      }
    }
    return -1;
  }
}
