package io.prumerge.image;

import io.prumerge.image.ImageDecoder.ImageBytes;
import io.prumerge.image.ImageDecoder.ImageBytes.Palette;
import io.prumerge.image.ImageDecoder.ImageFormat;
import io.prumerge.image.ImageDecoder.ImageInfo;

/**
 * Decodes BMP to RGB. The fourth byte of a 32-bit pixel is dropped, whether it is alpha or not.
 *
 * <p>ImageIO is not used: the JDK's reader accepts run-length data that ends early, rounds 16-bit
 * channels differently from Pillow, and refuses 64-byte headers and files that do not state where
 * their pixels start.
 */
final class BmpDecoder {
  private final ImageBytes file;
  private final Header header;
  private final int width;
  private final int height;
  private final byte[] rgb;

  private BmpDecoder(ImageBytes file, Header header) {
    this.file = file;
    this.header = header;
    this.width = header.info().width();
    this.height = header.info().height();
    this.rgb = new byte[3 * width * height];
  }

  static RgbImage decode(ImageBytes file, Header header) throws ImageException {
    if (!(header.layout() instanceof Header.Layout.RunLength)) {
      // Fails before the pixels are allocated; the last row's padding may be absent.
      long rowBytes = ((long) header.info().width() * header.bits() + 7) / 8;
      file.require(header.data(), stride(header) * (header.info().height() - 1) + rowBytes);
    }
    BmpDecoder decoder = new BmpDecoder(file, header);
    if (header.layout() instanceof Header.Layout.RunLength) {
      decoder.decodeRuns();
    } else {
      decoder.decodeRows();
    }
    return new RgbImage(decoder.width, decoder.height, decoder.rgb);
  }

  private static long stride(Header header) {
    return ((long) header.info().width() * header.bits() + 31) / 32 * 4;
  }

  /** Returns the index in {@code rgb} of the first pixel of the {@code row}-th stored row. */
  private int target(int row) {
    return 3 * width * (header.topDown() ? row : height - 1 - row);
  }

  private void decodeRows() {
    byte[] bytes = file.array();
    for (int row = 0; row < height; row++) {
      int from = (int) (header.data() + stride(header) * row);
      int to = target(row);
      if (header.layout() instanceof Header.Layout.Bytes places) {
        int step = header.bits() / 8;
        for (int x = 0; x < width; x++, from += step, to += 3) {
          rgb[to] = bytes[from + places.red()];
          rgb[to + 1] = bytes[from + places.green()];
          rgb[to + 2] = bytes[from + places.blue()];
        }
      } else if (header.layout() instanceof Header.Layout.Packed packed) {
        for (int x = 0; x < width; x++, from += 2, to += 3) {
          int pixel = (bytes[from] & 0xff) | (bytes[from + 1] & 0xff) << 8;
          int greens = (1 << packed.greenBits()) - 1;
          rgb[to] = (byte) ((pixel >> (5 + packed.greenBits()) & 31) * 255 / 31);
          rgb[to + 1] = (byte) ((pixel >> 5 & greens) * 255 / greens);
          rgb[to + 2] = (byte) ((pixel & 31) * 255 / 31);
        }
      } else {
        int perByte = 8 / header.bits();
        int mask = (1 << header.bits()) - 1;
        for (int x = 0; x < width; x++, to += 3) {
          int shift = 8 - header.bits() * (x % perByte + 1);
          header.palette().write(bytes[from + x / perByte] >> shift & mask, rgb, to);
        }
      }
    }
  }

  /**
   * Decodes run-length encoding as Pillow reads it: a run is cut at the end of its row, a literal
   * is not, skipped pixels have index 0, and an end of the bitmap before its last pixel is an
   * error.
   */
  private void decodeRuns() throws ImageException {
    long total = (long) width * height;
    long done = 0;
    long column = 0;
    long at = header.data();
    while (done < total) {
      int count = file.u8(at);
      int value = file.u8(at + 1);
      at += 2;
      if (count > 0) {
        long run = Math.min(Math.max(0, width - column), Math.min(count, total - done));
        for (int i = 0; i < run; i++) {
          put(done++, header.bits() == 8 ? value : value >> (i % 2 == 0 ? 4 : 0) & 15);
        }
        column += run;
      } else if (value == 0) {
        done = fill(done, (width - done % width) % width);
        column = 0;
      } else if (value == 1) {
        throw ImageException.corrupt("BMP ends %d pixels early", total - done);
      } else if (value == 2) {
        long skipped = file.u8(at) + (long) file.u8(at + 1) * width;
        at += 2;
        done = fill(done, Math.min(total - done, skipped));
        column = done % width;
      } else {
        int literals = (int) Math.min(total - done, value);
        for (int i = 0; i < literals; i++) {
          int stored = file.u8(at + i * header.bits() / 8);
          put(done++, header.bits() == 8 ? stored : stored >> (i % 2 == 0 ? 4 : 0) & 15);
        }
        at += (literals * header.bits() + 7) / 8;
        at += at % 2; // literals end at an even position of the file
        column += value;
      }
    }
  }

  private long fill(long from, long count) {
    for (long i = from; i < from + count; i++) {
      put(i, 0);
    }
    return from + count;
  }

  private void put(long pixel, int index) {
    header.palette().write(index, rgb, target((int) (pixel / width)) + 3 * (int) (pixel % width));
  }

  /**
   * The headers of a Windows or OS/2 bitmap file. It supports the layouts that Pillow reads, and
   * also channel masks of whole bytes in any order.
   *
   * @param topDown whether the first stored row is the upper one
   * @param bits per stored pixel
   * @param palette colours of the layouts that store an index per pixel
   * @param data where the pixels start
   */
  record Header(
      ImageInfo info, boolean topDown, int bits, Layout layout, Palette palette, long data)
      implements ImageDecoder.Header {
    private static final int FILE_HEADER = 14;
    private static final int CORE_HEADER = 12;

    /** How pixels are stored. */
    sealed interface Layout {
      /** An index of 1, 4 or 8 bits, rows padded to four bytes. */
      record Indexed() implements Layout {}

      /** Run-length encoded indices of 4 or 8 bits. */
      record RunLength() implements Layout {}

      /** 16 bits: blue in the low five, then green, then red. */
      record Packed(int greenBits) implements Layout {}

      /** A whole byte per channel; the values are byte positions in the pixel. */
      record Bytes(int red, int green, int blue) implements Layout {}
    }

    static Header read(ImageBytes file) throws ImageException {
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
      Layout layout = layout(file, compression, bits);
      if (bits <= 8) {
        end += 4 * colors;
      } else if (compression == 3 && size == 40) {
        end += 12;
      }
      long data = start(file.u32le(10), FILE_HEADER + size, end, bits);
      return new Header(info, signedHeight < 0, bits, layout, palette, data);
    }

    @Override
    public RgbImage decode(ImageBytes file) throws ImageException {
      return BmpDecoder.decode(file, this);
    }

    private static Header readCore(ImageBytes file) throws ImageException {
      ImageInfo info = ImageInfo.of(ImageFormat.BMP, file.u16le(18), file.u16le(20));
      int bits = bits(file.u16le(24));
      long end = FILE_HEADER + CORE_HEADER;
      int colors = bits <= 8 ? 1 << bits : 0;
      Palette palette = Palette.bgr(file, end, colors, 3);
      long data = start(file.u32le(10), end, end + 3L * colors, bits);
      return new Header(info, false, bits, layout(file, 0, bits), palette, data);
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

    private static Layout layout(ImageBytes file, long compression, int bits)
        throws ImageException {
      if (compression == 3 && bits > 8) {
        return maskedLayout(bits, file.u32le(54), file.u32le(58), file.u32le(62));
      }
      if ((compression == 1 && bits == 8) || (compression == 2 && bits == 4)) {
        return new Layout.RunLength();
      }
      if (compression != 0) {
        throw ImageException.unsupported(
            "BMP compression %d with %d bits per pixel is not read; known: 0 (none), 1 and 2"
                + " (run-length, 8 and 4 bits), 3 (bit masks, 16 to 32 bits)",
            compression, bits);
      }
      if (bits <= 8) {
        return new Layout.Indexed();
      }
      return bits == 16 ? new Layout.Packed(5) : new Layout.Bytes(2, 1, 0);
    }

    private static Layout maskedLayout(int bits, long red, long green, long blue)
        throws ImageException {
      if (bits == 16 && red == 0xf800 && green == 0x7e0 && blue == 0x1f) {
        return new Layout.Packed(6);
      }
      if (bits == 16 && red == 0x7c00 && green == 0x3e0 && blue == 0x1f) {
        return new Layout.Packed(5);
      }
      if (bits == 32 && red == 0 && green == 0 && blue == 0) {
        return new Layout.Bytes(2, 1, 0);
      }
      int redByte = wholeByte(red, bits);
      int greenByte = wholeByte(green, bits);
      int blueByte = wholeByte(blue, bits);
      if (bits == 16 || redByte < 0 || greenByte < 0 || blueByte < 0) {
        throw ImageException.unsupported(
            "BMP bit masks %08x %08x %08x with %d bits per pixel are not read",
            red, green, blue, bits);
      }
      return new Layout.Bytes(redByte, greenByte, blueByte);
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
}
