package io.prumerge.image;

import io.prumerge.image.ImageDecoder.ImageFormat;
import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

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

  /**
   * An ImageIO stream over an array, without a disk cache. Reading past the end is an {@link
   * EOFException}, so that a truncated file cannot pass for a complete one.
   */
  static final class ByteStream extends ImageInputStreamImpl {
    private final byte[] bytes;

    ByteStream(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      read(one, 0, 1);
      return one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
      checkClosed();
      bitOffset = 0;
      if (count > 0 && streamPos >= bytes.length) {
        throw new EOFException("the file is truncated");
      }
      int read = (int) Math.min(count, bytes.length - streamPos);
      System.arraycopy(bytes, (int) streamPos, target, from, read);
      streamPos += read;
      return read;
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }

  /** 256 colours; entries beyond the file's palette are black, as in Pillow. */
  static final class Palette {
    private final byte[] rgb = new byte[3 * 256];

    private Palette() {}

    /** Returns the colours of a file without a palette: gray, with the index as brightness. */
    static Palette gray() {
      Palette palette = new Palette();
      for (int i = 0; i < palette.rgb.length; i++) {
        palette.rgb[i] = (byte) (i / 3);
      }
      return palette;
    }

    /** Reads {@code count} entries of red, green, blue; those beyond 256 are not read. */
    static Palette rgb(ImageBytes file, long at, int count) throws ImageException {
      Palette palette = new Palette();
      int bytes = 3 * Math.min(count, 256);
      System.arraycopy(file.array(), file.require(at, bytes), palette.rgb, 0, bytes);
      return palette;
    }

    /** Reads {@code count} entries of blue, green, red, {@code stride} bytes apart. */
    static Palette bgr(ImageBytes file, long at, int count, int stride) throws ImageException {
      Palette palette = new Palette();
      for (int i = 0; i < Math.min(count, 256); i++) {
        int from = file.require(at + (long) i * stride, 3);
        for (int channel = 0; channel < 3; channel++) {
          palette.rgb[3 * i + channel] = file.array()[from + 2 - channel];
        }
      }
      return palette;
    }

    /** Writes the colour of {@code index}, 0 to 255, to {@code target[at, at + 3)}. */
    void write(int index, byte[] target, int at) {
      target[at] = rgb[3 * index];
      target[at + 1] = rgb[3 * index + 1];
      target[at + 2] = rgb[3 * index + 2];
    }
  }
}
