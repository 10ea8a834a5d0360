package io.prumerge.image;

import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import java.io.IOException;
import java.util.Locale;

/** Pictures of the goldens: files, or made of their places as make_qwen_goldens.py makes them. */
public final class MadePicture {

  private MadePicture() {}

  /**
   * Returns a picture.
   *
   * @param name of a file of goldens/images, or WIDTHxHEIGHT
   */
  public static RgbImage named(String name) throws IOException, ImageException {
    if (!name.matches("\\d+x\\d+")) {
      return ImageDecoder.decode(Goldens.bytes(name), ImageLimits.DEFAULT);
    }
    String[] sides = name.toLowerCase(Locale.ROOT).split("x");
    int width = Integer.parseInt(sides[0]);
    int height = Integer.parseInt(sides[1]);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      rgb[i] = (byte) (7 * x + 13 * y + 31 * (i % 3) + x * y);
    }
    return new RgbImage(width, height, rgb);
  }
}
