package io.prumerge.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The zlib stream in a run of IDAT chunks. As in Pillow, the chunks' own checksums are not verified
 * (the stream has one), and the data ends at the first chunk of another type.
 */
final class PngData implements AutoCloseable {
  private final ImageBytes file;
  private final Inflater inflater = new Inflater();
  private long nextChunk;

  PngData(ImageBytes file, long firstChunk) {
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
            "PNG is truncated: its image data ends %d bytes before the end of a row", count - done);
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
   * Passes the next chunk to the inflater, or as much of it as the file has. Returns false if there
   * is none.
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
