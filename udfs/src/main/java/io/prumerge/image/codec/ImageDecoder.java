package io.prumerge.image.codec;

/**
 * Decodes JPEG, PNG, GIF, BMP and WebP to RGB as Pillow's {@code Image.open(...).convert("RGB")}
 * does.
 *
 * <ul>
 *   <li>An animation gives its first frame, on its canvas.
 *   <li>Alpha and transparent colours are dropped without compositing; colours stay as stored. A
 *       PNG's alpha channel is kept next to them.
 *   <li>Gray is replicated; 16-bit gray is clipped to 255 (Pillow's {@code I;16}), other 16-bit
 *       samples keep their high byte.
 *   <li>EXIF orientation, ICC profiles and gamma are ignored.
 *   <li>A file that ends before its last pixel is corrupt, as in Pillow's default.
 *   <li>A JPEG that this Java's decoder turns into other pixels than Pillow is refused.
 * </ul>
 */
public final class ImageDecoder {

  private ImageDecoder() {}

  /**
   * @param bytes the encoded file; null or empty counts as missing
   * @throws ImageException if the bytes cannot be decoded. No bytes cause any other exception, and
   *     the header is checked against the limits before memory is allocated
   */
  public static RgbImage decode(byte[] bytes, ImageLimits limits) throws ImageException {
    ImageHeader header = header(bytes, limits);
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
   * without a look at the pixels: {@link ImageErrorKind#IMAGE_INEXACT}, and files that are cut off.
   * What is damaged between their beginning and their end is not seen.
   */
  public static ImageInfo check(byte[] bytes, ImageLimits limits) throws ImageException {
    ImageHeader header = header(bytes, limits);
    ImageBytes file = new ImageBytes(header.info().format(), bytes);
    header.check(file);
    header.checkEnd(file);
    return header.info();
  }

  /**
   * Does what {@link #check} does, but of a file that may go on behind these bytes.
   *
   * @param bytes the beginning of the encoded file, or all of it
   */
  public static ImageInfo checkBeginning(byte[] bytes, ImageLimits limits) throws ImageException {
    ImageHeader header = header(bytes, limits);
    header.check(new ImageBytes(header.info().format(), bytes));
    return header.info();
  }

  /** Returns the header, within the limits; throws as {@link #probe}. */
  static ImageHeader header(byte[] bytes, ImageLimits limits) throws ImageException {
    if (bytes == null || bytes.length == 0) {
      throw ImageException.missing();
    }
    if (bytes.length > limits.maxBytes()) {
      throw ImageException.tooLarge(
          "The file has %d bytes, the limit is %d", bytes.length, limits.maxBytes());
    }
    ImageFormat format = ImageFormat.of(bytes);
    ImageHeader header = header(format, new ImageBytes(format, bytes));
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

  private static ImageHeader header(ImageFormat format, ImageBytes file) throws ImageException {
    return switch (format) {
      case JPEG -> JpegHeader.read(file);
      case PNG -> PngHeader.read(file);
      case GIF -> GifHeader.read(file);
      case BMP -> BmpHeader.read(file);
      case WEBP -> WebpHeader.read(file);
    };
  }
}
