package io.prumerge.image;

import java.util.Locale;
import java.util.Objects;

/**
 * Decodes JPEG, PNG, GIF, BMP and WebP to RGB as Pillow's {@code Image.open(...).convert("RGB")}
 * does.
 *
 * <ul>
 *   <li>An animation gives its first frame, on its canvas.
 *   <li>Alpha and transparent colours are dropped without compositing; colours stay as stored.
 *   <li>Gray is replicated; 16-bit gray is clipped to 255 (Pillow's {@code I;16}), other 16-bit
 *       samples keep their high byte.
 *   <li>EXIF orientation, ICC profiles and gamma are ignored.
 *   <li>A file that ends before its last pixel is corrupt, as in Pillow's default.
 * </ul>
 */
public final class ImageDecoder {
  /** What a format's file says before its pixels. */
  interface Header {

    ImageInfo info();

    /** Returns the pixels of the file that this header was read from. */
    RgbImage decode(ImageBytes file) throws ImageException;
  }

  private ImageDecoder() {}

  /**
   * @param bytes the encoded file; null or empty counts as missing
   * @throws ImageException if the bytes cannot be decoded. No bytes cause any other exception, and
   *     the header is checked against the limits before memory is allocated
   */
  public static RgbImage decode(byte[] bytes, ImageLimits limits) throws ImageException {
    Header header = header(bytes, limits);
    return header.decode(new ImageBytes(header.info().format(), bytes));
  }

  /**
   * Reads an image's format and size from its header and checks them against the limits; decodes
   * nothing.
   *
   * @param bytes the encoded file; null or empty counts as missing
   * @throws ImageException of any kind; a file whose header is fine may still be corrupt further on
   */
  public static ImageInfo probe(byte[] bytes, ImageLimits limits) throws ImageException {
    return header(bytes, limits).info();
  }

  /** Returns the header, within the limits; throws as {@link #probe}. */
  static Header header(byte[] bytes, ImageLimits limits) throws ImageException {
    if (bytes == null || bytes.length == 0) {
      throw ImageException.missing();
    }
    if (bytes.length > limits.maxBytes()) {
      throw ImageException.tooLarge(
          "The file has %d bytes, the limit is %d", bytes.length, limits.maxBytes());
    }
    ImageFormat format = ImageFormat.of(bytes);
    Header header = header(format, new ImageBytes(format, bytes));
    ImageInfo info = header.info();
    int side = Math.max(info.width(), info.height());
    if (side > limits.maxSide()) {
      throw ImageException.tooLarge(
          "%s header says %dx%d pixels, the limit of a side is %d",
          format, info.width(), info.height(), limits.maxSide());
    }
    if ((long) info.width() * info.height() > limits.maxPixels()) {
      throw ImageException.tooLarge(
          "%s header says %dx%d = %d pixels, the limit is %d",
          format,
          info.width(),
          info.height(),
          (long) info.width() * info.height(),
          limits.maxPixels());
    }
    return header;
  }

  private static Header header(ImageFormat format, ImageBytes file) throws ImageException {
    return switch (format) {
      case JPEG -> JpegHeader.read(file);
      case PNG -> PngDecoder.Header.read(file);
      case GIF -> GifDecoder.Header.read(file);
      case BMP -> BmpDecoder.Header.read(file);
      case WEBP -> WebpDecoder.Header.read(file);
    };
  }

  /**
   * What an image's header states.
   *
   * @param width in pixels, as stored (EXIF orientation is not applied)
   * @param height in pixels
   */
  public record ImageInfo(ImageFormat format, int width, int height) {
    public ImageInfo {
      Objects.requireNonNull(format, "format is null");
      if (width <= 0 || height <= 0) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "An image needs pixels: %dx%d", width, height));
      }
    }

    /** Checks the sizes in a header, which may be zero or exceed an int. */
    static ImageInfo of(ImageFormat format, long width, long height) throws ImageException {
      if (width <= 0 || height <= 0) {
        throw ImageException.corrupt(
            "%s has no pixels: its header says %dx%d", format, width, height);
      }
      if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
        throw ImageException.tooLarge("%s header says %dx%d pixels", format, width, height);
      }
      return new ImageInfo(format, (int) width, (int) height);
    }
  }

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
      StringBuilder start = new StringBuilder();
      for (int i = 0; i < Math.min(8, bytes.length); i++) {
        start.append(String.format(Locale.ROOT, "%s%02x", i == 0 ? "" : " ", bytes[i]));
      }
      throw ImageException.unsupported(
          "Not a JPEG, PNG, GIF, BMP or WebP file: its %d bytes start with %s",
          bytes.length, start);
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
}
