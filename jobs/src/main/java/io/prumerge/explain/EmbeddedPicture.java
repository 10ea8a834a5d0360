package io.prumerge.explain;

import io.prumerge.image.RgbImage;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** An image as a data URL, at the size in the document. */
final class EmbeddedPicture {

  private static final int LONGEST_SIDE = 1008;

  private EmbeddedPicture() {}

  /**
   * Returns the decoded pixels as a data URL, without the file's orientation and comments, as the
   * model receives them.
   */
  static String url(RgbImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(shrunk(buffered(picture)), "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write a picture to memory", e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static BufferedImage buffered(RgbImage picture) {
    int width = picture.width();
    BufferedImage image = new BufferedImage(width, picture.height(), BufferedImage.TYPE_INT_RGB);
    byte[] rgb = picture.rgb();
    for (int i = 0; i < width * picture.height(); i++) {
      int colour = (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF;
      image.setRGB(i % width, i / width, colour);
    }
    return image;
  }

  private static BufferedImage shrunk(BufferedImage image) {
    int longest = Math.max(image.getWidth(), image.getHeight());
    if (longest <= LONGEST_SIDE) {
      return image;
    }
    double scale = (double) LONGEST_SIDE / longest;
    int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = small.createGraphics();
    graphics.drawImage(
        image.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING), 0, 0, null);
    graphics.dispose();
    return small;
  }
}
