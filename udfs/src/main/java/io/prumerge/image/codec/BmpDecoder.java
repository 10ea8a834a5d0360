package io.prumerge.image.codec;

import java.util.Optional;

/**
 * Decodes BMP to RGB. The fourth byte of a 32-bit pixel is dropped, whether it is alpha or not.
 *
 * <p>ImageIO is not used: the JDK's reader accepts run-length data that ends early, rounds 16-bit
 * channels differently from Pillow, and refuses 64-byte headers and files that do not state where
 * their pixels start.
 */
final class BmpDecoder {
  private final ImageBytes file;
  private final BmpHeader header;
  private final int width;
  private final int height;
  private final byte[] rgb;

  private BmpDecoder(ImageBytes file, BmpHeader header) {
    this.file = file;
    this.header = header;
    this.width = header.info().width();
    this.height = header.info().height();
    this.rgb = new byte[3 * width * height];
  }

  static RgbImage decode(ImageBytes file, BmpHeader header) throws ImageException {
    if (!(header.layout() instanceof BmpLayout.RunLength)) {
      // Fails before the pixels are allocated; the last row's padding may be absent.
      long rowBytes = ((long) header.info().width() * header.bits() + 7) / 8;
      file.require(header.data(), stride(header) * (header.info().height() - 1) + rowBytes);
    }
    BmpDecoder decoder = new BmpDecoder(file, header);
    if (header.layout() instanceof BmpLayout.RunLength) {
      decoder.decodeRuns();
    } else {
      decoder.decodeRows();
    }
    return new RgbImage(
        decoder.width, decoder.height, decoder.rgb, header.bits() <= 8, Optional.empty());
  }

  private static long stride(BmpHeader header) {
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
      if (header.layout() instanceof BmpLayout.Bytes places) {
        int step = header.bits() / 8;
        for (int x = 0; x < width; x++, from += step, to += 3) {
          rgb[to] = bytes[from + places.red()];
          rgb[to + 1] = bytes[from + places.green()];
          rgb[to + 2] = bytes[from + places.blue()];
        }
      } else if (header.layout() instanceof BmpLayout.Packed packed) {
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
}
