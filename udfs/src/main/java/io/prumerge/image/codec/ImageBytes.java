package io.prumerge.image.codec;

/** The bytes of an encoded file; every read checks its bounds. */
final class ImageBytes {
  private final ImageFormat format;
  private final byte[] bytes;

  ImageBytes(ImageFormat format, byte[] bytes) {
    this.format = format;
    this.bytes = bytes;
  }

  int length() {
    return bytes.length;
  }

  /** Returns the whole file, not copied. The caller checks positions in it. */
  byte[] array() {
    return bytes;
  }

  /**
   * Fails unless the file has {@code count} bytes at {@code at}; returns the position as an array
   * index.
   */
  int require(long at, long count) throws ImageException {
    if (at < 0 || count < 0 || at + count > bytes.length) {
      throw ImageException.corrupt(
          "%s is truncated: %d bytes are wanted at %d, the file has %d",
          format, count, at, bytes.length);
    }
    return (int) at;
  }

  int u8(long at) throws ImageException {
    return bytes[require(at, 1)] & 0xff;
  }

  int u16le(long at) throws ImageException {
    int i = require(at, 2);
    return (bytes[i] & 0xff) | (bytes[i + 1] & 0xff) << 8;
  }

  int u16be(long at) throws ImageException {
    int i = require(at, 2);
    return (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
  }

  int u24le(long at) throws ImageException {
    return u16le(at) | u8(at + 2) << 16;
  }

  long u32le(long at) throws ImageException {
    return u16le(at) | (long) u16le(at + 2) << 16;
  }

  long u32be(long at) throws ImageException {
    return (long) u16be(at) << 16 | u16be(at + 2);
  }

  /** Returns whether the bytes at {@code at} are this ASCII text; false if the file ends before. */
  boolean matches(long at, String ascii) {
    if (at < 0 || at + ascii.length() > bytes.length) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (bytes[(int) at + i] != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
