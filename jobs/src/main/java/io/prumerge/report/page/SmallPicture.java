package io.prumerge.report.page;

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
import java.util.Locale;
import java.util.Optional;
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

  /**
   * Returns the copy.
   *
   * @param image encoded; null if there is none
   * @param most largest side in pixels
   * @return empty if the image cannot be read
   */
  public static Optional<SmallPicture> of(byte[] image, ImageAspect aspect, int most) {
    if (image == null) {
      return Optional.empty();
    }
    try {
      BufferedImage picture = buffered(ImageDecoder.decode(image, ImageLimits.DEFAULT));
      BufferedImage small =
          switch (aspect) {
            case AUTO, CROP -> square(middle(picture), most);
            case PAD, NATIVE -> square(picture, most);
            case ANYRES, STRETCH -> stretched(picture, most);
          };
      byte[] png = encoded(small, "png");
      byte[] jpeg = encoded(small, "jpeg");
      boolean exact = png.length <= jpeg.length;
      return Optional.of(
          new SmallPicture(
              exact ? png : jpeg,
              exact ? "image/png" : "image/jpeg",
              picture.getWidth(),
              picture.getHeight()));
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  /** Returns the copy as a data URI. */
  String uri() {
    return String.format(
        Locale.ROOT, "data:%s;base64,%s", type, Base64.getEncoder().encodeToString(bytes));
  }

  /** Scales down before padding: the square around a long image may be too large for memory. */
  private static BufferedImage square(BufferedImage picture, int most) {
    int longer = Math.max(picture.getWidth(), picture.getHeight());
    int side = Math.min(longer, most);
    int width = scaled(picture.getWidth(), side, longer);
    int height = scaled(picture.getHeight(), side, longer);
    Image small =
        side == longer
            ? picture
            : picture.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING);
    BufferedImage square = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = square.createGraphics();
    pen.setColor(MEAN);
    pen.fillRect(0, 0, side, side);
    pen.drawImage(small, (side - width) / 2, (side - height) / 2, null);
    pen.dispose();
    return square;
  }

  private static BufferedImage stretched(BufferedImage picture, int most) {
    int side = Math.min(Math.max(picture.getWidth(), picture.getHeight()), most);
    BufferedImage square = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = square.createGraphics();
    pen.drawImage(picture.getScaledInstance(side, side, Image.SCALE_AREA_AVERAGING), 0, 0, null);
    pen.dispose();
    return square;
  }

  private static int scaled(int length, int side, int longer) {
    return Math.max(1, (int) Math.round((double) length * side / longer));
  }

  private static BufferedImage middle(BufferedImage picture) {
    int side = Math.min(picture.getWidth(), picture.getHeight());
    int left = (picture.getWidth() - side) / 2;
    int top = (picture.getHeight() - side) / 2;
    return picture.getSubimage(left, top, side, side);
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
