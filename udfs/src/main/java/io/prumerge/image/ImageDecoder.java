package io.prumerge.image;

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
  private ImageDecoder() {}

  /**
   * @param bytes the encoded file; null or empty counts as missing
   * @throws ImageException if the bytes cannot be decoded. No bytes cause any other exception, and
   *     the header is checked against the limits before memory is allocated
   */
  public static RgbImage decode(byte[] bytes, ImageLimits limits) throws ImageException {
    ImageProbe.Header header = ImageProbe.header(bytes, limits);
    return header.decode(new ImageBytes(header.info().format(), bytes));
  }
}
