package io.prumerge.image;

import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.image.size.TargetSize;

/**
 * Pads, resizes and crops whole pictures one step after the other, as the reference is described.
 */
public final class SlowPreprocessor {
  private SlowPreprocessor() {}

  /** Config with a shortest edge and a crop. */
  public static byte[] window(RgbImage image, PreprocessorConfig config, ImageAspect aspect) {
    int[][][] picture = aspect == ImageAspect.PAD ? padded(image) : plain(image);
    int edge = ((TargetSize.ShortestEdge) config.resize().orElseThrow()).length();
    int height = picture.length;
    int width = picture[0].length;
    int newWidth = width <= height ? edge : (int) ((double) edge * width / height);
    int newHeight = width <= height ? (int) ((double) edge * height / width) : edge;
    if (height - newHeight > 2 * Math.max(0, width - newWidth)) {
      picture = transposed(resizedWidth(transposed(picture), newHeight, config.steps().resample()));
      picture = resizedWidth(picture, newWidth, config.steps().resample());
    } else {
      picture = resizedWidth(picture, newWidth, config.steps().resample());
      picture = transposed(resizedWidth(transposed(picture), newHeight, config.steps().resample()));
    }
    TargetSize.Exact crop = config.crop().orElseThrow();
    int top = (int) Math.floor((newHeight - crop.height()) / 2.0);
    int left = (int) Math.floor((newWidth - crop.width()) / 2.0);
    byte[] window = new byte[3 * crop.height() * crop.width()];
    for (int y = 0; y < crop.height(); y++) {
      for (int x = 0; x < crop.width(); x++) {
        for (int c = 0; c < 3; c++) {
          boolean inside =
              y + top >= 0 && y + top < newHeight && x + left >= 0 && x + left < newWidth;
          window[3 * (y * crop.width() + x) + c] =
              inside ? (byte) picture[y + top][x + left][c] : 0;
        }
      }
    }
    return window;
  }

  private static int[][][] plain(RgbImage image) {
    int[][][] picture = new int[image.height()][image.width()][3];
    for (int i = 0; i < image.rgb().length; i++) {
      picture[i / 3 / image.width()][i / 3 % image.width()][i % 3] = image.rgb()[i] & 0xff;
    }
    return picture;
  }

  private static int[][][] padded(RgbImage image) {
    int side = Math.max(image.width(), image.height());
    int[][][] square = new int[side][side][];
    for (int[][] row : square) {
      for (int x = 0; x < side; x++) {
        row[x] = new int[] {122, 116, 104};
      }
    }
    int[][][] picture = plain(image);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        square[y + (side - image.height()) / 2][x + (side - image.width()) / 2] = picture[y][x];
      }
    }
    return square;
  }

  private static int[][][] transposed(int[][][] picture) {
    int[][][] transposed = new int[picture[0].length][picture.length][];
    for (int y = 0; y < picture.length; y++) {
      for (int x = 0; x < picture[0].length; x++) {
        transposed[x][y] = picture[y][x];
      }
    }
    return transposed;
  }

  private static int[][][] resizedWidth(int[][][] picture, int out, Resample filter) {
    int in = picture[0].length;
    if (in == out) {
      return picture;
    }
    int[][][] resized = new int[picture.length][out][3];
    double scale = (double) in / out;
    double stretch = Math.max(1, scale);
    double stepped = 0.5 * scale;
    for (int i = 0; i < out; i++, stepped += scale) {
      double centre = (i + 0.5) * scale;
      int low = Math.max(0, (int) (centre - filter.support() * stretch + 0.5));
      int high = Math.min(in, (int) (centre + filter.support() * stretch + 0.5));
      double sum = 0;
      for (int j = low; j < high; j++) {
        sum += filter.weight((j - centre + 0.5) * (1 / stretch));
      }
      for (int y = 0; y < picture.length; y++) {
        for (int c = 0; c < 3; c++) {
          if (filter == Resample.NEAREST) {
            resized[y][i][c] = picture[y][(int) stepped][c];
            continue;
          }
          long total = 1 << 21;
          for (int j = low; j < high; j++) {
            double weight = filter.weight((j - centre + 0.5) * (1 / stretch)) / sum;
            long fixed = (long) (weight * (1 << 22) + Math.copySign(0.5, weight));
            total += fixed * picture[y][j][c];
          }
          resized[y][i][c] = (int) Math.min(255, Math.max(0, total >> 22));
        }
      }
    }
    return resized;
  }
}
