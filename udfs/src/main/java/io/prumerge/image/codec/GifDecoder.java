package io.prumerge.image.codec;

import java.util.Optional;

/**
 * Decodes the first frame of a GIF to RGB, on its canvas. Transparent pixels keep the colour of
 * their index.
 *
 * <p>ImageIO is not used: the JDK's reader accepts a frame that ends early, and gives wrong pixels
 * after two clear codes in a row, a first data block of under four bytes, or interlacing in fewer
 * than five rows.
 */
final class GifDecoder {
  private static final int MAX_CODES = 4096;

  /** First row and row step of the four passes of an interlaced frame. */
  private static final int[][] INTERLACED = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private static final int[][] ONE_PASS = {{0, 1}};

  private final ImageBytes file;
  private final GifHeader header;
  private final GifFrame frame;
  private final byte[] rgb;

  // Input: blocks of up to 255 bytes, each preceded by its length.
  private long at;
  private int blockLeft;
  private int bits;
  private int bitCount;

  // Output: position of the next pixel.
  private final int[][] passes;
  private int pass;
  private int row;
  private int column;
  private long pixelsLeft;

  private GifDecoder(ImageBytes file, GifHeader header) {
    this.file = file;
    this.header = header;
    this.rgb = new byte[3 * header.info().width() * header.info().height()];
    this.at = header.data();
    this.frame = header.frame();
    this.passes = frame.interlaced() ? INTERLACED : ONE_PASS;
    this.pixelsLeft = (long) frame.width() * frame.height();
  }

  static RgbImage decode(ImageBytes file, GifHeader header) throws ImageException {
    GifDecoder decoder = new GifDecoder(file, header);
    for (int i = 0; i < decoder.rgb.length; i += 3) {
      header.palette().write(header.background(), decoder.rgb, i);
    }
    decoder.decodeFrame();
    return new RgbImage(
        header.info().width(), header.info().height(), decoder.rgb, true, Optional.empty());
  }

  /** Decodes LZW with variable code size (appendix F) until every pixel of the frame is written. */
  private void decodeFrame() throws ImageException {
    int rootBits = file.u8(at++);
    if (rootBits < 1 || rootBits > 8) {
      throw ImageException.corrupt("GIF code size is %d, it must lie in 1..8", rootBits);
    }
    int clear = 1 << rootBits;
    int[] prefix = new int[MAX_CODES];
    byte[] suffix = new byte[MAX_CODES];
    byte[] stack = new byte[MAX_CODES + 1];
    int next = clear + 2;
    int codeBits = rootBits + 1;
    int previous = -1;
    int first = 0;
    while (pixelsLeft > 0) {
      int code = code(codeBits);
      if (code == clear) {
        next = clear + 2;
        codeBits = rootBits + 1;
        previous = -1;
        continue;
      }
      if (code == clear + 1) {
        throw ImageException.corrupt("GIF frame ends %d pixels early", pixelsLeft);
      }
      if (code > next || (previous < 0 && code >= clear) || (code == next && next == MAX_CODES)) {
        throw ImageException.corrupt("GIF code %d is not defined yet", code);
      }
      int depth = 0;
      int walk = code;
      if (code == next) {
        stack[depth++] = (byte) first;
        walk = previous;
      }
      while (walk >= clear) {
        stack[depth++] = suffix[walk];
        walk = prefix[walk];
      }
      first = walk;
      stack[depth++] = (byte) first;
      if (previous >= 0 && next < MAX_CODES) {
        prefix[next] = previous;
        suffix[next] = (byte) first;
        next++;
        if (next == 1 << codeBits && codeBits < 12) {
          codeBits++;
        }
      }
      previous = code;
      while (depth > 0 && pixelsLeft > 0) {
        put(stack[--depth] & 0xff);
      }
    }
  }

  private int code(int codeBits) throws ImageException {
    while (bitCount < codeBits) {
      if (blockLeft == 0) {
        blockLeft = file.u8(at++);
        if (blockLeft == 0) {
          throw ImageException.corrupt("GIF frame ends %d pixels early", pixelsLeft);
        }
      }
      bits |= file.u8(at++) << bitCount;
      bitCount += 8;
      blockLeft--;
    }
    int code = bits & ((1 << codeBits) - 1);
    bits >>>= codeBits;
    bitCount -= codeBits;
    return code;
  }

  private void put(int index) {
    int x = frame.left() + column;
    int y = frame.top() + row;
    header.palette().write(index, rgb, 3 * (y * header.info().width() + x));
    pixelsLeft--;
    column++;
    if (column == frame.width()) {
      column = 0;
      row += passes[pass][1];
      while (row >= frame.height() && pass < passes.length - 1) {
        pass++;
        row = passes[pass][0];
      }
    }
  }
}
