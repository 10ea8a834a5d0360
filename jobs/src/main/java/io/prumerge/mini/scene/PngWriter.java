package io.prumerge.mini.scene;

import io.prumerge.image.codec.RgbImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Writes PNG files with the same bytes on every platform. Java's own compressor is the zlib of the
 * platform or of the JDK's build, and variants of zlib compress differently. The files' hashes,
 * which seed the {@code random} method, would then differ too.
 */
public final class PngWriter {

  private static final long SIGNATURE = 0x89504E470D0A1A0AL;
  private static final byte EIGHT_BITS = 8;
  private static final byte RGB = 2;

  private PngWriter() {}

  /** Returns the encoded picture: 8 bits RGB, not interlaced, rows unfiltered. */
  public static byte[] write(RgbImage image) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(SIGNATURE).array());
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(image.width()).putInt(image.height()).put(EIGHT_BITS).put(RGB);
    chunk("IHDR", header.array(), file);
    chunk("IDAT", zlib(rows(image)), file);
    chunk("IEND", new byte[0], file);
    return file.toByteArray();
  }

  /** Returns the rows, each preceded by its filter type, 0. */
  private static byte[] rows(RgbImage image) {
    int stride = 3 * image.width();
    byte[] rows = new byte[image.height() * (stride + 1)];
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(image.rgb(), y * stride, rows, y * (stride + 1) + 1, stride);
    }
    return rows;
  }

  /** Compresses as RFC 1950 says: method deflate, window of 32 KiB. */
  private static byte[] zlib(byte[] data) {
    byte[] deflated = Deflate.deflate(data);
    Adler32 check = new Adler32();
    check.update(data);
    return ByteBuffer.allocate(2 + deflated.length + Integer.BYTES)
        .putShort((short) 0x7801)
        .put(deflated)
        .putInt((int) check.getValue())
        .array();
  }

  private static void chunk(String type, byte[] data, ByteArrayOutputStream file) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 check = new CRC32();
    check.update(name);
    check.update(data);
    file.writeBytes(
        ByteBuffer.allocate(3 * Integer.BYTES + data.length)
            .putInt(data.length)
            .put(name)
            .put(data)
            .putInt((int) check.getValue())
            .array());
  }
}
