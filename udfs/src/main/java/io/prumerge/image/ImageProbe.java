package io.prumerge.image;

/**
 * Reads an image's format and size from its header and checks them against the limits; decodes
 * nothing.
 */
public final class ImageProbe {
  private ImageProbe() {}

  /**
   * @param bytes the encoded file; null or empty counts as missing
   * @throws ImageException of any kind; a file whose header is fine may still be corrupt further on
   */
  public static ImageInfo probe(byte[] bytes, ImageLimits limits) throws ImageException {
    if (bytes == null || bytes.length == 0) {
      throw ImageException.missing();
    }
    if (bytes.length > limits.maxBytes()) {
      throw ImageException.tooLarge(
          "The file has %d bytes, the limit is %d", bytes.length, limits.maxBytes());
    }
    ImageFormat format = ImageFormat.of(bytes);
    ImageInfo info = header(format, new ImageBytes(format, bytes));
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
    return info;
  }

  private static ImageInfo header(ImageFormat format, ImageBytes file) throws ImageException {
    return switch (format) {
      case JPEG -> JpegHeader.read(file).info();
      case PNG -> PngDecoder.Header.read(file).info();
      case GIF -> GifDecoder.Header.read(file).info();
      case BMP -> BmpDecoder.Header.read(file).info();
      case WEBP -> WebpDecoder.Header.read(file).info();
    };
  }
}
