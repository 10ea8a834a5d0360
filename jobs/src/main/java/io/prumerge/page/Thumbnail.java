package io.prumerge.page;

import io.prumerge.image.ImageAspect;
import io.prumerge.image.ImageDecoder;
import io.prumerge.image.ImageException;
import io.prumerge.image.ImageLimits;
import io.prumerge.image.RgbImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * A picture as the model sees it, small: its middle square, or all of it on a square of CLIP's mean
 * colour.
 */
final class Thumbnail {

  /** Pixels of its side at most. */
  static final int SIDE = 224;

  /** 255 times CLIP's image_mean, rounded down as LLaVA does. */
  private static final Color MEAN = new Color(122, 116, 104);

  private Thumbnail() {}

  /**
   * The picture for an {@code href}: PNG or JPEG, whichever is smaller.
   *
   * @param image encoded; null where there is none
   * @return nothing where there is no picture that can be read
   */
  static Optional<String> dataUri(byte[] image, ImageAspect aspect) {
    if (image == null) {
      return Optional.empty();
    }
    try {
      BufferedImage small = scaled(square(ImageDecoder.decode(image, ImageLimits.DEFAULT), aspect));
      byte[] png = encoded(small, "png");
      byte[] jpeg = encoded(small, "jpeg");
      boolean exact = png.length <= jpeg.length;
      return Optional.of(
          "data:image/%s;base64,%s"
              .formatted(
                  exact ? "png" : "jpeg", Base64.getEncoder().encodeToString(exact ? png : jpeg)));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  private static BufferedImage square(RgbImage image, ImageAspect aspect) {
    int shorter = Math.min(image.width(), image.height());
    int longer = Math.max(image.width(), image.height());
    int side = aspect == ImageAspect.PAD ? longer : shorter;
    int left = (side - image.width()) / 2;
    int top = (side - image.height()) / 2;
    BufferedImage square = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = square.createGraphics();
    pen.setColor(MEAN);
    pen.fillRect(0, 0, side, side);
    pen.drawImage(buffered(image), left, top, null);
    pen.dispose();
    return square;
  }

  private static BufferedImage buffered(RgbImage image) {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int at = 3 * (y * image.width() + x);
        byte[] rgb = image.rgb();
        buffered.setRGB(
            x, y, (rgb[at] & 0xFF) << 16 | (rgb[at + 1] & 0xFF) << 8 | rgb[at + 2] & 0xFF);
      }
    }
    return buffered;
  }

  private static BufferedImage scaled(BufferedImage square) {
    if (square.getWidth() <= SIDE) {
      return square;
    }
    BufferedImage small = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = small.createGraphics();
    pen.drawImage(square.getScaledInstance(SIDE, SIDE, Image.SCALE_AREA_AVERAGING), 0, 0, null);
    pen.dispose();
    return small;
  }

  private static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("This Java runtime writes no " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot encode a picture as " + format, e);
    }
    return out.toByteArray();
  }
}
