package io.prumerge.image.codec;

import io.prumerge.lang.Text;
import java.util.Optional;

/** Supported file formats. Of an animation only the first frame is read. */
public enum ImageFormat {
  JPEG,
  PNG,
  GIF,
  BMP,
  WEBP;

  /** Detects the format from the first bytes, as Pillow does, not from names or content types. */
  static ImageFormat of(byte[] bytes) throws ImageException {
    if (startsWith(bytes, 0, "\u00ff\u00d8\u00ff")) {
      return JPEG;
    }
    if (startsWith(bytes, 0, "\u0089PNG\r\n\u001a\n")) {
      return PNG;
    }
    if (startsWith(bytes, 0, "GIF87a") || startsWith(bytes, 0, "GIF89a")) {
      return GIF;
    }
    if (startsWith(bytes, 0, "BM")) {
      return BMP;
    }
    if (startsWith(bytes, 0, "RIFF") && startsWith(bytes, 8, "WEBP")) {
      return WEBP;
    }
    Optional<ForeignFormat> foreign = ForeignFormat.of(bytes);
    if (foreign.isPresent()) {
      throw ImageException.unsupported(
          "Not a JPEG, PNG, GIF, BMP or WebP file: %s", foreign.get().refusal());
    }
    StringBuilder start = new StringBuilder();
    for (int i = 0; i < Math.min(8, bytes.length); i++) {
      start.append(Text.format("%s%02x", i == 0 ? "" : " ", bytes[i]));
    }
    throw ImageException.unsupported(
        "Not a JPEG, PNG, GIF, BMP or WebP file: its %d bytes start with %s", bytes.length, start);
  }

  private static boolean startsWith(byte[] bytes, int at, String latin1) {
    if (bytes.length < at + latin1.length()) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if ((bytes[at + i] & 0xff) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
