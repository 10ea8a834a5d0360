package io.prumerge.image.codec;

/**
 * The headers of a GIF up to the data of its first frame (GIF89a specification).
 *
 * @param info the canvas: the logical screen, enlarged if the first frame reaches beyond it
 * @param frame the first frame
 * @param background palette index of the canvas outside the frame: the transparent colour's, or 0
 * @param data where the frame's data starts; its first byte is the code size
 */
record GifHeader(ImageInfo info, GifFrame frame, Palette palette, int background, long data)
    implements ImageHeader {

  static GifHeader read(ImageBytes file) throws ImageException {
    Palette palette = Palette.gray();
    long at = 13;
    int flags = file.u8(10);
    if ((flags & 0x80) != 0) {
      int colors = 2 << (flags & 7);
      palette = Palette.rgb(file, at, colors);
      at += 3L * colors;
    }
    int transparent = 0;
    while (true) {
      int block = file.u8(at);
      if (block == ',') {
        return frame(file, at + 1, palette, transparent);
      }
      if (block == ';') {
        throw ImageException.corrupt("GIF ends before its first frame");
      }
      at++;
      if (block == '!') {
        if (file.u8(at) == 0xf9 && file.u8(at + 1) >= 4 && (file.u8(at + 2) & 1) != 0) {
          transparent = file.u8(at + 5);
        }
        at++;
        while (file.u8(at) != 0) {
          at += 1 + file.u8(at);
        }
        at++;
      }
      // Any other byte is skipped, as Pillow does.
    }
  }

  @Override
  public void checkEnd(ImageBytes file) throws ImageException {
    long at = data + 1;
    while (at < file.length() && file.u8(at) != 0) {
      at += 1 + file.u8(at);
    }
    if (at >= file.length()) {
      decode(file); // a frame may end before its blocks
    }
  }

  @Override
  public RgbImage decode(ImageBytes file) throws ImageException {
    return GifDecoder.decode(file, this);
  }

  private static GifHeader frame(ImageBytes file, long at, Palette global, int transparent)
      throws ImageException {
    int left = file.u16le(at);
    int top = file.u16le(at + 2);
    ImageInfo frame = ImageInfo.of(ImageFormat.GIF, file.u16le(at + 4), file.u16le(at + 6));
    int flags = file.u8(at + 8);
    Palette palette = global;
    long data = at + 9;
    if ((flags & 0x80) != 0) {
      int colors = 2 << (flags & 7);
      palette = Palette.rgb(file, data, colors);
      data += 3L * colors;
    }
    ImageInfo canvas =
        ImageInfo.of(
            ImageFormat.GIF,
            Math.max(file.u16le(6), left + frame.width()),
            Math.max(file.u16le(8), top + frame.height()));
    boolean interlaced = (flags & 0x40) != 0;
    return new GifHeader(
        canvas,
        new GifFrame(left, top, frame.width(), frame.height(), interlaced),
        palette,
        transparent,
        data);
  }
}
