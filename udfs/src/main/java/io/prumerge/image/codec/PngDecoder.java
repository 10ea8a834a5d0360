package io.prumerge.image.codec;

import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

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

  /** Most bytes that one byte of a zlib stream stands for (zlib's own technical details). */
  private static final long MOST_PACKED = 1032;

  private static final int PIECE = 1 << 16;

  private final PngHeader header;
  private final Pixels pixels;
  private final Data data;

  private PngDecoder(PngHeader header, Pixels pixels, Data data) {
    this.header = header;
    this.pixels = pixels;
    this.data = data;
  }

  static RgbImage decode(ImageBytes file, PngHeader header) throws ImageException {
    Start start = Start.of(file, header);
    try (Data data = new Data(file, start.data())) {
      return new PngDecoder(header, new Pixels(header, start.palette()), data).decode();
    }
  }

  /**
   * Throws what {@link #decode} would of a file that ends before its last pixel. The data is
   * decompressed, and not kept, only if its last chunk is cut off or the last of the file, or if it
   * is too short for the pixels.
   */
  static void checkEnd(ImageBytes file, PngHeader header) throws ImageException {
    long start = Start.of(file, header).data();
    long packed = 0;
    long chunk = start;
    while (file.matches(chunk + 4, "IDAT")) {
      packed += file.u32be(chunk);
      chunk += 12 + file.u32be(chunk);
    }
    long all = 0;
    for (int[] pass : header.interlaced() ? ADAM7 : ONE_PASS) {
      all += bytes(header, pass);
    }
    if (chunk + 8 <= file.length() && packed * MOST_PACKED >= all) {
      return;
    }
    byte[] read = new byte[(int) Math.min(all, PIECE)];
    try (Data data = new Data(file, start)) {
      for (long done = 0; done < all; done += read.length) {
        data.read(read, (int) Math.min(all - done, read.length));
      }
      data.finish();
    }
  }

  /** Returns the bytes of a pass's rows and filters. */
  private static long bytes(PngHeader header, int[] pass) throws ImageException {
    int columns = steps(header.info().width(), pass[0], pass[2]);
    long rows = steps(header.info().height(), pass[1], pass[3]);
    return columns == 0 ? 0 : rows * (1L + header.rowBytes(columns));
  }

  /**
   * What stands before the image data.
   *
   * @param palette of the pixels
   * @param data where the first chunk of image data begins
   */
  private record Start(Palette palette, long data) {

    static Start of(ImageBytes file, PngHeader header) throws ImageException {
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
      if (header.color() != PngColor.PALETTE) {
        // The palette of a truecolour file is a suggestion for displays; its pixels do not use it.
        palette = Palette.gray();
      } else if (palette == null) {
        throw ImageException.corrupt(
            "PNG with palette colours has no palette before its image data");
      }
      return new Start(palette, chunk);
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
    Optional<byte[]> alpha =
        header.color().alpha() ? Optional.of(new byte[width * height]) : Optional.empty();
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
        if (alpha.isPresent()) {
          pixels.writeAlpha(row, columns, alpha.get(), y * width + pass[0], pass[2]);
        }
        byte[] swap = above;
        above = row;
        row = swap;
      }
    }
    data.finish();
    return new RgbImage(width, height, rgb, header.color().samples == 1, alpha);
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

  /**
   * The zlib stream in a run of IDAT chunks. As in Pillow, the chunks' own checksums are not
   * verified (the stream has one), and the data ends at the first chunk of another type.
   */
  private static final class Data implements AutoCloseable {
    private final ImageBytes file;
    private final Inflater inflater = new Inflater();
    private long nextChunk;

    Data(ImageBytes file, long firstChunk) {
      this.file = file;
      this.nextChunk = firstChunk;
    }

    /** Fills {@code target[0, count)}. */
    void read(byte[] target, int count) throws ImageException {
      int done = 0;
      while (done < count) {
        int inflated = inflate(target, done, count - done);
        done += inflated;
        if (inflated == 0 && (inflater.finished() || !feed())) {
          throw ImageException.corrupt(
              "PNG is truncated: its image data ends %d of %d bytes before the end of a row",
              count - done, count);
        }
      }
    }

    /**
     * Reads the rest of the stream after the last row, which verifies its checksum. A missing
     * checksum is no error.
     */
    void finish() throws ImageException {
      byte[] rest = new byte[1];
      while (inflate(rest, 0, 1) == 0 && !inflater.finished()) {
        if (!file.matches(nextChunk + 4, "IDAT") || !feed()) {
          return;
        }
      }
    }

    private int inflate(byte[] target, int from, int count) throws ImageException {
      try {
        int inflated = inflater.inflate(target, from, count);
        if (inflated == 0 && inflater.needsDictionary()) {
          throw ImageException.corrupt("PNG image data asks for a preset dictionary");
        }
        return inflated;
      } catch (DataFormatException e) {
        throw ImageException.corrupt(ImageFormat.PNG, e);
      }
    }

    /**
     * Passes the next chunk to the inflater, or as much of it as the file has. Returns false if
     * there is none.
     */
    private boolean feed() throws ImageException {
      if (!file.matches(nextChunk + 4, "IDAT")) {
        return false;
      }
      long length = file.u32be(nextChunk);
      int start = file.require(nextChunk + 8, 0);
      inflater.setInput(file.array(), start, (int) Math.min(length, file.length() - start));
      nextChunk += 12 + length;
      return true;
    }

    @Override
    public void close() {
      inflater.end();
    }
  }

  /** Converts unfiltered PNG rows to RGB. */
  private static final class Pixels {
    private final PngHeader header;
    private final Palette palette;

    Pixels(PngHeader header, Palette palette) {
      this.header = header;
      this.palette = palette;
    }

    /**
     * Writes {@code count} pixels of a row, the first at {@code rgb[at]}, {@code step} bytes apart.
     */
    void write(byte[] row, int count, byte[] rgb, int at, int step) {
      switch (header.color()) {
        case GRAY, PALETTE -> writeSingle(row, count, rgb, at, step);
        case GRAY_ALPHA -> {
          int bytes = header.depth() / 4; // gray and alpha
          for (int i = 0; i < count; i++) {
            palette.write(row[i * bytes] & 0xff, rgb, at + i * step);
          }
        }
        case RGB, RGB_ALPHA -> {
          int sample = header.depth() / 8; // a 16-bit sample gives its first, high byte
          int bytes = header.color().samples * sample;
          for (int i = 0, from = 0, to = at; i < count; i++, from += bytes, to += step) {
            rgb[to] = row[from];
            rgb[to + 1] = row[from + sample];
            rgb[to + 2] = row[from + 2 * sample];
          }
        }
      }
    }

    /** Writes the last sample of each of {@code count} pixels of a row, likewise. */
    void writeAlpha(byte[] row, int count, byte[] alpha, int at, int step) {
      int sample = header.depth() / 8;
      int bytes = header.color().samples * sample;
      for (int i = 0; i < count; i++) {
        alpha[at + i * step] = row[(i + 1) * bytes - sample];
      }
    }

    private void writeSingle(byte[] row, int count, byte[] rgb, int at, int step) {
      int depth = header.depth();
      if (depth == 16) {
        for (int i = 0; i < count; i++) {
          // Pillow converts I;16 to RGB by clipping, not by taking the high byte.
          palette.write(row[2 * i] == 0 ? row[2 * i + 1] & 0xff : 255, rgb, at + i * step);
        }
        return;
      }
      int mask = (1 << depth) - 1;
      int scale = header.color() == PngColor.GRAY ? 255 / mask : 1;
      int perByte = 8 / depth;
      for (int i = 0; i < count; i++) {
        int shift = 8 - depth * (i % perByte + 1);
        palette.write(((row[i / perByte] >> shift) & mask) * scale, rgb, at + i * step);
      }
    }
  }
}
