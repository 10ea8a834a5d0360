package io.prumerge.image;

import io.prumerge.image.codec.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Videos of the goldens, whose frames are made of their places as make_video_goldens.py says. */
public final class MadeFrames {

  private MadeFrames() {}

  /** Returns a frame of a video of this size, numbered from 0. */
  public static RgbImage frame(int number, int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int x = i / 3 % width;
      int y = i / 3 / width;
      rgb[i] = (byte) (7 * x + 13 * y + 31 * (i % 3) + x * y + number * (17 + 3 * x + 5 * y));
    }
    return new RgbImage(width, height, rgb);
  }

  /** Returns the first frames of a video of this size, each as the bytes of a PNG file. */
  public static List<byte[]> files(int frames, int width, int height) {
    return IntStream.range(0, frames).mapToObj(t -> png(frame(t, width, height))).toList();
  }

  private static byte[] png(RgbImage frame) {
    BufferedImage image = frame.buffered();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
