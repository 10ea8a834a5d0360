package io.prumerge.image;

import io.prumerge.image.ImageDecoder.ImageFormat;
import java.io.EOFException;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import javax.imageio.stream.ImageInputStreamImpl;

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
 *   <li>A JPEG that this Java's decoder turns into other pixels than Pillow is refused.
 * </ul>
 */
public final class ImageDecoder {
  /** What a format's file says before its pixels. */
  interface Header {

    ImageInfo info();

    /** Throws what the file's structure tells of its decoding; decodes nothing. */
    default void check(ImageBytes file) throws ImageException {}

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

  /**
   * Reads an image's format and size as {@link #probe}, and refuses too what decoding would refuse
   * without a look at the pixels: {@link ImageException.Kind#IMAGE_INEXACT}.
   */
  public static ImageInfo check(byte[] bytes, ImageLimits limits) throws ImageException {
    Header header = header(bytes, limits);
    header.check(new ImageBytes(header.info().format(), bytes));
    return header.info();
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

  /** The bytes of an encoded file; every read checks its bounds. */
  static final class ImageBytes {
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

    /**
     * Returns whether the bytes at {@code at} are this ASCII text; false if the file ends before.
     */
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
}
