package io.prumerge.report.page;

import io.prumerge.image.Resample;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.lang.Text;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/**
 * A small copy of an image as the model sees it: its middle square, all of it padded to a square
 * with CLIP's mean colour, or all of it stretched to one.
 *
 * @param bytes PNG or JPEG, whichever is smaller
 * @param type media type of the bytes
 * @param width of the image itself, in pixels
 * @param height of the image itself, in pixels
 */
public record SmallPicture(byte[] bytes, String type, int width, int height) {

  /** 255 times CLIP's image_mean, rounded down as LLaVA does. */
  private static final Color MEAN = new Color(122, 116, 104);

  /** Makes the copy of a decoded image, of {@code most} pixels a side at most. */
  static SmallPicture of(RgbImage image, ImageAspect aspect, int most) {
    BufferedImage small =
        switch (aspect) {
          case AUTO, CROP -> middle(image, most);
          case PAD, NATIVE -> padded(image, most);
          case ANYRES, STRETCH -> stretched(image, most);
        };
    byte[] png = encoded(small, "png");
    byte[] jpeg = encoded(small, "jpeg");
    boolean exact = png.length <= jpeg.length;
    return new SmallPicture(
        exact ? png : jpeg, exact ? "image/png" : "image/jpeg", image.width(), image.height());
  }

  /** Returns the copy as a data URI. */
  String uri() {
    return Text.format("data:%s;base64,%s", type, Base64.getEncoder().encodeToString(bytes));
  }

  /** Scales down before padding: the square around a long image may be too large for memory. */
  private static BufferedImage padded(RgbImage image, int most) {
    int longer = Math.max(image.width(), image.height());
    int side = Math.min(longer, most);
    int width = scaled(image.width(), side, longer);
    int height = scaled(image.height(), side, longer);
    BufferedImage square = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = square.createGraphics();
    pen.setColor(MEAN);
    pen.fillRect(0, 0, side, side);
    pen.drawImage(
        resized(image, width, height, new Rectangle(width, height)),
        (side - width) / 2,
        (side - height) / 2,
        null);
    pen.dispose();
    return square;
  }

  private static BufferedImage stretched(RgbImage image, int most) {
    int side = Math.min(Math.max(image.width(), image.height()), most);
    return resized(image, side, side, new Rectangle(side, side));
  }

  private static BufferedImage middle(RgbImage image, int most) {
    int shorter = Math.min(image.width(), image.height());
    int side = Math.min(shorter, most);
    int width = scaled(image.width(), side, shorter);
    int height = scaled(image.height(), side, shorter);
    return resized(
        image, width, height, new Rectangle((width - side) / 2, (height - side) / 2, side, side));
  }

  private static int scaled(int length, int side, int of) {
    return Math.max(1, (int) Math.round((double) length * side / of));
  }

  private static BufferedImage resized(RgbImage image, int width, int height, Rectangle window) {
    return Resample.BOX.resized(image, width, height, window).buffered();
  }

  private static byte[] encoded(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("This Java runtime has no encoder for " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot encode a picture as " + format, e);
    }
    return out.toByteArray();
  }
}
