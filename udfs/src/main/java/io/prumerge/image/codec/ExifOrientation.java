package io.prumerge.image.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a picture is turned to stand upright, from the EXIF data of JPEG, PNG ({@code eXIf}) and WebP
 * files; Exif 2.32, tag 0x0112. As Pillow's {@code ImageOps.exif_transpose}, but for orientations
 * that only XMP or a PNG's text has.
 */
final class ExifOrientation {

  /** The orientation of a picture that is upright as it is stored. */
  static final int UPRIGHT = 1;

  private static final int LAST = 8;
  private static final int TAG = 0x0112;
  private static final int BYTES_PER_ENTRY = 12;
  private static final byte[] PREFIX = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

  private ExifOrientation() {}

  /**
   * Returns 1 to 8; 1 also where nothing is said, or nothing that can be read.
   *
   * @param bytes an encoded file of any format
   */
  static int of(byte[] bytes) {
    Optional<ByteBuffer> exif =
        isJpeg(bytes) ? ofJpeg(bytes) : starts(bytes, 0, "RIFF") ? ofWebp(bytes) : ofPng(bytes);
    try {
      return exif.map(ExifOrientation::read).orElse(UPRIGHT);
    } catch (IndexOutOfBoundsException e) { // cut off, or an offset that leads nowhere
      return UPRIGHT;
    }
  }

  private static boolean isJpeg(byte[] bytes) {
    return bytes.length > 2 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xd8;
  }

  /** Finds the first APP1 segment of EXIF before the scan. */
  private static Optional<ByteBuffer> ofJpeg(byte[] bytes) {
    int at = 2;
    while (at + 4 <= bytes.length && (bytes[at] & 0xff) == 0xff) {
      int marker = bytes[at + 1] & 0xff;
      if (marker == 0xff) { // a fill byte
        at++;
        continue;
      }
      if (marker == 0xda || marker == 0xd9) {
        break;
      }
      int length = (bytes[at + 2] & 0xff) << 8 | bytes[at + 3] & 0xff;
      int end = Math.min(at + 2 + length, bytes.length);
      if (marker == 0xe1 && starts(bytes, at + 4, PREFIX)) {
        return Optional.of(part(bytes, at + 4, end));
      }
      if (length < 2) {
        break;
      }
      at = end;
    }
    return Optional.empty();
  }

  private static Optional<ByteBuffer> ofPng(byte[] bytes) {
    long at = 8;
    while (starts(bytes, 1, "PNG") && at + 8 <= bytes.length) {
      ByteBuffer head = ByteBuffer.wrap(bytes, (int) at, 8);
      long length = Integer.toUnsignedLong(head.getInt());
      if (starts(bytes, (int) at + 4, "eXIf")) {
        return Optional.of(
            part(bytes, (int) at + 8, (int) Math.min(at + 8 + length, bytes.length)));
      }
      at += 12 + length;
    }
    return Optional.empty();
  }

  private static Optional<ByteBuffer> ofWebp(byte[] bytes) {
    long at = 12;
    while (at + 8 <= bytes.length) {
      long length =
          Integer.toUnsignedLong(
              ByteBuffer.wrap(bytes, (int) at + 4, 4).order(ByteOrder.LITTLE_ENDIAN).getInt());
      if (starts(bytes, (int) at, "EXIF")) {
        return Optional.of(
            part(bytes, (int) at + 8, (int) Math.min(at + 8 + length, bytes.length)));
      }
      at += 8 + length + length % 2;
    }
    return Optional.empty();
  }

  /** Returns a block of EXIF, without the prefix that some files have. */
  private static ByteBuffer part(byte[] bytes, int start, int end) {
    int from = starts(bytes, start, PREFIX) ? start + PREFIX.length : start;
    return ByteBuffer.wrap(bytes, from, Math.max(0, end - from)).slice();
  }

  private static boolean starts(byte[] bytes, int at, String text) {
    return starts(bytes, at, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static boolean starts(byte[] bytes, int at, byte[] beginning) {
    int end = at + beginning.length;
    return end <= bytes.length && Arrays.equals(bytes, at, end, beginning, 0, beginning.length);
  }

  /** Reads the tag in the first directory of a TIFF structure. */
  private static int read(ByteBuffer exif) {
    short order = exif.getShort(0);
    if (order != 0x4949 && order != 0x4d4d) {
      return UPRIGHT;
    }
    exif.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = exif.getInt(4);
    int entries = Short.toUnsignedInt(exif.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * BYTES_PER_ENTRY;
      if (Short.toUnsignedInt(exif.getShort(entry)) == TAG) {
        int value =
            switch (exif.getShort(entry + 2)) {
              case 1 -> exif.get(entry + 8);
              case 3 -> exif.getShort(entry + 8);
              case 4 -> exif.getInt(entry + 8);
              default -> UPRIGHT;
            };
        return value >= UPRIGHT && value <= LAST ? value : UPRIGHT;
      }
    }
    return UPRIGHT;
  }
}
