package io.prumerge.image;

import io.prumerge.image.codec.RgbImage;
import io.prumerge.lang.Text;
import java.awt.Rectangle;
import java.util.function.DoubleUnaryOperator;

/** Pillow's resampling filters (Resample.c), by the codes that preprocessor files use. */
public enum Resample {
  NEAREST(0, 0, x -> 0),
  LANCZOS(1, 3, Resample::lanczos),
  BILINEAR(2, 1, x -> Math.max(0, 1 - Math.abs(x))),
  BICUBIC(3, 2, Resample::bicubic),
  BOX(4, 0.5, x -> x > -0.5 && x <= 0.5 ? 1 : 0),
  HAMMING(5, 1, Resample::hamming);

  /** The cubic's free parameter. */
  private static final double A = -0.5;

  private final int code;
  private final double support;
  private final DoubleUnaryOperator kernel;

  Resample(int code, double support, DoubleUnaryOperator kernel) {
    this.code = code;
    this.support = support;
    this.kernel = kernel;
  }

  /**
   * @param code PIL's number, 0 to 5
   * @throws IllegalArgumentException on any other
   */
  public static Resample of(int code) {
    for (Resample filter : values()) {
      if (filter.code == code) {
        return filter;
      }
    }
    throw new IllegalArgumentException(
        Text.format(
            "Unknown resample '%d'; known: 0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic), 4"
                + " (box), 5 (hamming)",
            code));
  }

  /**
   * Returns a window of a picture at another size: of what Pillow's {@code Image.resize} makes.
   *
   * @param width of the whole resized picture
   * @param height of the whole resized picture
   * @param window its part that is returned, within it
   */
  public RgbImage resized(RgbImage image, int width, int height, Rectangle window) {
    AxisWeights columns = AxisWeights.of(this, image.width(), width, window.x, window.width);
    AxisWeights rows = AxisWeights.of(this, image.height(), height, window.y, window.height);
    Padding whole = Padding.none(image.width(), image.height());
    PassOrder order = PassOrder.of(image.width(), image.height(), width, height);
    return new RgbImage(
        window.width, window.height, new CropResizer(image, whole, columns, rows).resize(order));
  }

  /**
   * Returns a picture at another size as torchvision makes it of bytes, antialiased: bit for bit
   * with bicubic (torch 2.7.1, {@code _upsample_bicubic2d_aa}), horizontally first. Of Pillow's it
   * differs by a level or two in some values, whose weights have more bits.
   *
   * @param width in pixels
   * @param height in pixels
   * @return height x width x 3
   */
  public byte[] torchResized(RgbImage image, int width, int height) {
    AxisWeights columns = AxisWeights.torch(this, image.width(), width);
    AxisWeights rows = AxisWeights.torch(this, image.height(), height);
    Padding none = Padding.none(image.width(), image.height());
    return new CropResizer(image, none, columns, rows).resize(PassOrder.HORIZONTAL_FIRST);
  }

  /** Returns half the kernel's width, in source pixels when enlarging. */
  double support() {
    return support;
  }

  double weight(double x) {
    return kernel.applyAsDouble(x);
  }

  // Each expression keeps the order of Pillow's, so that doubles round alike.

  private static double bicubic(double signed) {
    double x = Math.abs(signed);
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }

  private static double hamming(double signed) {
    double x = Math.abs(signed);
    if (x == 0) {
      return 1;
    }
    if (x >= 1) {
      return 0;
    }
    double angle = x * Math.PI;
    return Math.sin(angle) / angle * (0.54 + 0.46 * Math.cos(angle));
  }

  private static double lanczos(double x) {
    return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
  }

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double angle = x * Math.PI;
    return Math.sin(angle) / angle;
  }
}
