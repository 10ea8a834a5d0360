package io.prumerge.image.codec;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;

/** Turns pictures as their EXIF orientation says, such as those of telephones. */
public final class UprightImage {

  private UprightImage() {}

  /**
   * Returns a picture that is upright as it is stored: these bytes, or else a PNG of the turned
   * pixels, which are those of Pillow's {@code ImageOps.exif_transpose}.
   *
   * @param bytes an encoded file
   * @throws ImageException if a picture that is to be turned cannot be decoded
   */
  public static byte[] of(byte[] bytes, ImageLimits limits) throws ImageException {
    int orientation = ExifOrientation.of(bytes);
    return orientation == ExifOrientation.UPRIGHT
        ? bytes
        : png(turned(ImageDecoder.decode(bytes, limits), orientation));
  }

  /**
   * Returns the sides that a picture has when it is upright, by its header.
   *
   * @param bytes an encoded file; of a JPEG, which says how it is turned before its pixels, the
   *     beginning will do
   * @throws ImageException as {@link ImageDecoder#checkBeginning}
   */
  public static ImageInfo checkBeginning(byte[] bytes, ImageLimits limits) throws ImageException {
    ImageInfo stored = ImageDecoder.checkBeginning(bytes, limits);
    return swaps(ExifOrientation.of(bytes))
        ? new ImageInfo(stored.format(), stored.height(), stored.width())
        : stored;
  }

  private static boolean swaps(int orientation) {
    return orientation >= 5;
  }

  /**
   * Returns the pixels of a picture turned upright.
   *
   * @param orientation EXIF's, from 1
   */
  static RgbImage turned(RgbImage image, int orientation) {
    int w = image.width();
    int h = image.height();
    boolean swaps = swaps(orientation);
    IntBinaryOperator from = source(orientation, w, h);
    int width = swaps ? h : w;
    int height = swaps ? w : h;
    byte[] rgb = new byte[image.rgb().length];
    byte[] alpha = new byte[image.alpha().isPresent() ? w * h : 0];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int to = y * width + x;
        int pixel = from.applyAsInt(x, y);
        System.arraycopy(image.rgb(), 3 * pixel, rgb, 3 * to, 3);
        if (alpha.length > 0) {
          alpha[to] = image.alpha().get()[pixel];
        }
      }
    }
    return new RgbImage(width, height, rgb, image.indexed(), image.alpha().map(old -> alpha));
  }

  /** Returns the number of the stored pixel that comes to a place. */
  private static IntBinaryOperator source(int orientation, int w, int h) {
    return switch (orientation) {
      case 2 -> (x, y) -> y * w + w - 1 - x;
      case 3 -> (x, y) -> (h - 1 - y) * w + w - 1 - x;
      case 4 -> (x, y) -> (h - 1 - y) * w + x;
      case 5 -> (x, y) -> x * w + y;
      case 6 -> (x, y) -> (h - 1 - x) * w + y;
      case 7 -> (x, y) -> (h - 1 - x) * w + w - 1 - y;
      case 8 -> (x, y) -> x * w + w - 1 - y;
      default -> (x, y) -> y * w + x;
    };
  }

  private static byte[] png(RgbImage image) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      ImageIO.write(buffered(image), "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory can be written", e);
    }
    return file.toByteArray();
  }

  /** Keeps one number a pixel where the file had one, and alpha where it had that. */
  private static BufferedImage buffered(RgbImage image) {
    byte[] rgb = image.rgb();
    if (image.indexed() && image.alpha().isEmpty() && isGray(rgb)) {
      BufferedImage gray =
          new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
      byte[] shades = ((DataBufferByte) gray.getRaster().getDataBuffer()).getData();
      for (int i = 0; i < shades.length; i++) {
        shades[i] = rgb[3 * i];
      }
      return gray;
    }
    if (image.alpha().isEmpty()) {
      return image.buffered();
    }
    BufferedImage opaque = image.buffered();
    BufferedImage all =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < image.width() * image.height(); i++) {
      int x = i % image.width();
      int y = i / image.width();
      int shown = image.alpha().get()[i] & 0xff;
      all.setRGB(x, y, shown << 24 | opaque.getRGB(x, y) & 0xffffff);
    }
    return all;
  }

  private static boolean isGray(byte[] rgb) {
    for (int i = 0; i < rgb.length; i += 3) {
      if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
        return false;
      }
    }
    return true;
  }
}
