package io.prumerge.image.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The RIFF container of a WebP (RFC 9649, section 2) up to its first frame.
 *
 * @param info the canvas
 * @param left column of the first frame on the canvas, 0 unless animated
 * @param top row of the first frame
 * @param frame the first frame
 * @param chunk where its VP8 or VP8L chunk starts
 */
record WebpHeader(ImageInfo info, int left, int top, ImageInfo frame, long chunk)
    implements ImageHeader {
  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEADER = 8;

  static WebpHeader read(ImageBytes file) throws ImageException {
    if (!file.matches(FIRST_CHUNK, "VP8X")) {
      ImageInfo info = bitstream(file, FIRST_CHUNK);
      return new WebpHeader(info, 0, 0, info, FIRST_CHUNK);
    }
    ImageInfo canvas =
        ImageInfo.of(
            ImageFormat.WEBP,
            1 + file.u24le(FIRST_CHUNK + CHUNK_HEADER + 4),
            1 + file.u24le(FIRST_CHUNK + CHUNK_HEADER + 7));
    boolean animated = (file.u8(FIRST_CHUNK + CHUNK_HEADER) & 2) != 0;
    long at = after(file, FIRST_CHUNK);
    int left = 0;
    int top = 0;
    if (animated) {
      while (!file.matches(at, "ANMF")) {
        at = after(file, at);
      }
      left = 2 * file.u24le(at + CHUNK_HEADER);
      top = 2 * file.u24le(at + CHUNK_HEADER + 3);
      at += CHUNK_HEADER + 16;
    }
    while (!file.matches(at, "VP8 ") && !file.matches(at, "VP8L")) {
      at = after(file, at);
    }
    ImageInfo frame = bitstream(file, at);
    boolean fits =
        animated
            ? left + frame.width() <= canvas.width() && top + frame.height() <= canvas.height()
            : frame.equals(canvas);
    if (!fits) {
      throw ImageException.corrupt(
          "WebP frame of %dx%d at (%d, %d) does not fit its canvas of %dx%d",
          frame.width(), frame.height(), left, top, canvas.width(), canvas.height());
    }
    return new WebpHeader(canvas, left, top, frame, at);
  }

  @Override
  public RgbImage decode(ImageBytes file) throws ImageException {
    checkEnd(file);
    return WebpDecoder.decode(file, this);
  }

  /**
   * Fails unless the container lies within the file, and its chunks within the container, those
   * after the first frame included, as libwebp's demultiplexer demands.
   */
  @Override
  public void checkEnd(ImageBytes file) throws ImageException {
    long end = CHUNK_HEADER + file.u32le(4);
    file.require(0, end);
    for (long at = FIRST_CHUNK; at < end; ) {
      long next = at + CHUNK_HEADER;
      if (next <= end) {
        long size = file.u32le(at + 4);
        next += size + size % 2;
      }
      if (next > end) {
        throw ImageException.corrupt(
            "WebP chunk at %d should end at %d, its container ends at %d", at, next, end);
      }
      at = next;
    }
  }

  /** Returns the position after the chunk at {@code at}, which must lie within the file. */
  private static long after(ImageBytes file, long at) throws ImageException {
    long size = file.u32le(at + 4);
    file.require(at + CHUNK_HEADER, size);
    return at + CHUNK_HEADER + size + size % 2;
  }

  /**
   * Returns the size that a VP8 key frame (RFC 6386, 9.1) or a VP8L stream (RFC 9649, 3.4) states.
   */
  private static ImageInfo bitstream(ImageBytes file, long at) throws ImageException {
    long data = at + CHUNK_HEADER;
    if (file.matches(at, "VP8 ")) {
      if (file.u24le(data + 3) != 0x2a019d || (file.u8(data) & 1) != 0) {
        throw ImageException.corrupt("WebP does not start with a VP8 key frame");
      }
      return ImageInfo.of(
          ImageFormat.WEBP, file.u16le(data + 6) & 0x3fff, file.u16le(data + 8) & 0x3fff);
    }
    if (!file.matches(at, "VP8L") || file.u8(data) != 0x2f) {
      throw ImageException.corrupt("WebP has no VP8, VP8L or VP8X chunk where one must be");
    }
    long bits = file.u32le(data + 1);
    return ImageInfo.of(ImageFormat.WEBP, 1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff));
  }

  /**
   * Returns the first frame as a simple WebP file of its own, without alpha plane, animation and
   * metadata.
   */
  byte[] simpleFile(ImageBytes file) throws ImageException {
    long size = file.u32le(chunk + 4);
    int from = file.require(chunk, CHUNK_HEADER + size);
    int padded = CHUNK_HEADER + (int) (size + size % 2);
    ByteBuffer simple = ByteBuffer.allocate(FIRST_CHUNK + padded).order(ByteOrder.LITTLE_ENDIAN);
    simple.put("RIFF".getBytes(StandardCharsets.US_ASCII));
    simple.putInt(4 + padded);
    simple.put("WEBP".getBytes(StandardCharsets.US_ASCII));
    simple.put(file.array(), from, CHUNK_HEADER + (int) size);
    return simple.array();
  }
}
