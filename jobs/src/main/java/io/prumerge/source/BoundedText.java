package io.prumerge.source;

import io.prumerge.lang.Text;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a text file, unpacked. Its readers hold one piece in memory at a time, a line or an
 * element of JSON, and say where one begins. A piece that is too long is refused while it is read:
 * a few kilobytes of gzip may unpack to gigabytes.
 */
final class BoundedText extends FilterInputStream {

  /** Bytes of a piece; readers may be a buffer ahead. Parsed, a byte may take 30. */
  static final int LONGEST = 16 << 20;

  private final String name;
  private int line = 1;
  private long left = LONGEST;

  /**
   * @param name the file's, for messages
   */
  BoundedText(String name, InputStream bytes) {
    super(bytes);
    this.name = name;
  }

  /** Begins a piece at a line, from 1. */
  void begin(int at) {
    line = at;
    left = LONGEST;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  /**
   * Reads bytes.
   *
   * @throws DataException if the piece is too long
   */
  @Override
  public int read(byte[] bytes, int start, int length) throws IOException {
    int read = super.read(bytes, start, length);
    left -= Math.max(0, read);
    if (left < 0) {
      throw new DataException(
          Text.format(
              "%s:%d: a line or JSON element of more than %d MiB begins here, unpacked; is it"
                  + " another file?",
              name, line, LONGEST >> 20));
    }
    return read;
  }
}
