package io.prumerge.image;

import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Decodes PNG to RGB: all colour types and depths, and Adam7 interlacing (PNG specification, third
 * edition).
 *
 * <p>As in Pillow: a wrong checksum of any chunk before the image data is an error; chunks after
 * the image data are not read, and a file may end right after its last row; an APNG gives its
 * default image; palette indices beyond the palette are black. An indexed file without a palette is
 * an error here (Pillow makes it black).
 */
final class PngDecoder {
  /** Adam7's passes: first column, first row, column step, row step. */
  private static final int[][] ADAM7 = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

  private final PngHeader header;
  private final PngPixels pixels;
  private final PngData data;

  private PngDecoder(PngHeader header, PngPixels pixels, PngData data) {
    this.header = header;
    this.pixels = pixels;
    this.data = data;
  }

  static RgbImage decode(ImageBytes file) throws ImageException {
    PngHeader header = PngHeader.read(file);
    Palette palette = null;
    long chunk = 8;
    while (!file.matches(chunk + 4, "IDAT")) {
      long length = file.u32be(chunk);
      checkSum(file, chunk, length);
      if (file.matches(chunk + 4, "PLTE")) {
        palette = Palette.rgb(file, chunk + 8, (int) (length / 3));
      }
      if (file.matches(chunk + 4, "IEND")) {
        throw ImageException.corrupt("PNG has no image data");
      }
      chunk += 12 + length;
    }
    if (header.color() != PngHeader.PngColor.PALETTE) {
      // The palette of a truecolour file is a suggestion for displays; its pixels do not use it.
      palette = Palette.gray();
    } else if (palette == null) {
      throw ImageException.corrupt("PNG with palette colours has no palette before its image data");
    }
    try (PngData data = new PngData(file, chunk)) {
      return new PngDecoder(header, new PngPixels(header, palette), data).decode();
    }
  }

  private static void checkSum(ImageBytes file, long chunk, long length) throws ImageException {
    int start = file.require(chunk + 4, length + 8);
    CRC32 crc = new CRC32();
    crc.update(file.array(), start, (int) length + 4);
    if (crc.getValue() != file.u32be(chunk + 8 + length)) {
      throw ImageException.corrupt("PNG chunk at %d has a wrong checksum", chunk);
    }
  }

  private RgbImage decode() throws ImageException {
    int width = header.info().width();
    int height = header.info().height();
    byte[] rgb = new byte[3 * width * height];
    byte[] row = new byte[header.rowBytes(width)];
    byte[] above = new byte[row.length];
    byte[] filter = new byte[1];
    for (int[] pass : header.interlaced() ? ADAM7 : ONE_PASS) {
      int columns = steps(width, pass[0], pass[2]);
      int rowBytes = header.rowBytes(columns);
      Arrays.fill(above, (byte) 0);
      for (int y = pass[1]; y < height && columns > 0; y += pass[3]) {
        data.read(filter, 1);
        data.read(row, rowBytes);
        unfilter(filter[0], row, above, rowBytes, header.filterDistance());
        pixels.write(row, columns, rgb, 3 * (y * width + pass[0]), 3 * pass[2]);
        byte[] swap = above;
        above = row;
        row = swap;
      }
    }
    data.finish();
    return new RgbImage(width, height, rgb);
  }

  private static int steps(int size, int first, int step) {
    return size <= first ? 0 : (size - first + step - 1) / step;
  }

  /**
   * Undoes a row's filter in place (section 9.2); bytes left of the row and above the image are 0.
   */
  static void unfilter(int type, byte[] row, byte[] above, int count, int distance)
      throws ImageException {
    switch (type) {
      case 0 -> {}
      case 1 -> {
        for (int i = distance; i < count; i++) {
          row[i] += row[i - distance];
        }
      }
      case 2 -> {
        for (int i = 0; i < count; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 0; i < count; i++) {
          int left = i < distance ? 0 : row[i - distance] & 0xff;
          row[i] += (byte) ((left + (above[i] & 0xff)) >> 1);
        }
      }
      case 4 -> {
        for (int i = 0; i < Math.min(distance, count); i++) {
          row[i] += above[i];
        }
        for (int i = distance; i < count; i++) {
          row[i] +=
              (byte) paeth(row[i - distance] & 0xff, above[i] & 0xff, above[i - distance] & 0xff);
        }
      }
      default -> throw ImageException.corrupt("Unknown PNG row filter %d; known: 0 to 4", type);
    }
  }

  private static int paeth(int left, int above, int corner) {
    int toLeft = Math.abs(above - corner);
    int toAbove = Math.abs(left - corner);
    int toCorner = Math.abs(left + above - 2 * corner);
    if (toLeft <= toAbove && toLeft <= toCorner) {
      return left;
    }
    return toAbove <= toCorner ? above : corner;
  }
}
