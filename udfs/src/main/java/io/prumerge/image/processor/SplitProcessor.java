package io.prumerge.image.processor;

import io.prumerge.image.Area;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.PixelValues;
import io.prumerge.image.Resample;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.LongestEdgeTiling;
import java.awt.Rectangle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prepares Idefics3's and SmolVLM's views bit for bit like Hugging Face's slow processors
 * (transformers 4.57.1, {@code image_processing_idefics3.py}, {@code image_processing_smolvlm.py}):
 * the picture at the size that its longer side asks for, enlarged too, over a grid of tiles, and
 * the whole of it, which is made of the tiles' picture.
 *
 * <p>As there, a picture with one number a pixel, grey or of a palette, is resized by nearest
 * neighbours, whatever the filter; and one with alpha is resized with it, and put on white only
 * then. Two differences: every image is height x width x 3, including those of 1, 3 or 4 rows,
 * which that processor mistakes for channels-first; and grey pictures with alpha, which it refuses,
 * are read as coloured ones. Thread-safe.
 */
public final class SplitProcessor implements ImageProcessor {

  private static final int WHITE = 255;

  private final PixelSteps steps;
  private final LongestEdgeTiling tiling;
  private final int side;
  private final PixelValues values;

  public SplitProcessor(PixelSteps steps, LongestEdgeTiling tiling) {
    this(steps, tiling, tiling.side());
  }

  /** Views of another size, the grid as the checkpoint's own. */
  private SplitProcessor(PixelSteps steps, LongestEdgeTiling tiling, int side) {
    this.steps = steps;
    this.tiling = tiling;
    this.side = side;
    this.values = new PixelValues(steps);
  }

  @Override
  public Resolution size(int imageWidth, int imageHeight) {
    return new Resolution(side, side);
  }

  /** There is none: the tiling says so. */
  @Override
  public ImageProcessor within(PictureLimit limit) {
    return new SplitProcessor(steps, tiling.within(limit), side);
  }

  @Override
  public ViewGrid grid(int imageWidth, int imageHeight) {
    return tiling.grid(imageWidth, imageHeight);
  }

  @Override
  public List<PixelBytes> bytes(RgbImage image) {
    ViewGrid grid = grid(image.width(), image.height());
    Resolution size = tiling.enlarged(image.width(), image.height());
    RgbImage enlarged = resized(image, size.width(), size.height());
    List<PixelBytes> views = new ArrayList<>();
    if (grid.tiles() == 0) {
      views.add(pixels(resized(enlarged, side, side)));
      return views;
    }
    RgbImage whole = resized(enlarged, grid.cols() * side, grid.rows() * side);
    views.add(pixels(resized(whole, side, side)));
    for (int row = 0; row < grid.rows(); row++) {
      for (int col = 0; col < grid.cols(); col++) {
        views.add(pixels(cropped(whole, col * side, row * side)));
      }
    }
    return views;
  }

  /** Returns a picture of another size, as Pillow's {@code Image.resize} makes it. */
  private RgbImage resized(RgbImage image, int width, int height) {
    if (image.width() == width && image.height() == height) {
      return image;
    }
    Resample filter = image.indexed() ? Resample.NEAREST : steps.resample();
    Rectangle all = new Rectangle(width, height);
    if (image.alpha().isEmpty() || filter == Resample.NEAREST) {
      RgbImage colours = filter.resized(image, width, height, all);
      Optional<byte[]> alpha =
          image.alpha().map(own -> alpha(filter.resized(channels(image, own), width, height, all)));
      return new RgbImage(width, height, colours.rgb(), image.indexed(), alpha);
    }
    byte[] own = image.alpha().get();
    RgbImage colours = filter.resized(premultiplied(image, own), width, height, all);
    byte[] alpha = alpha(filter.resized(channels(image, own), width, height, all));
    divide(colours.rgb(), alpha);
    return new RgbImage(width, height, colours.rgb(), false, Optional.of(alpha));
  }

  // Alpha three times, as one is resized that has three channels.
  private static RgbImage channels(RgbImage image, byte[] alpha) {
    byte[] all = new byte[3 * alpha.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = alpha[i / 3];
    }
    return new RgbImage(image.width(), image.height(), all);
  }

  private static byte[] alpha(RgbImage channels) {
    byte[] alpha = new byte[channels.rgb().length / 3];
    for (int i = 0; i < alpha.length; i++) {
      alpha[i] = channels.rgb()[3 * i];
    }
    return alpha;
  }

  private static RgbImage premultiplied(RgbImage image, byte[] alpha) {
    byte[] rgb = new byte[image.rgb().length];
    for (int i = 0; i < rgb.length; i++) {
      int product = (image.rgb()[i] & 0xff) * (alpha[i / 3] & 0xff) + 128;
      rgb[i] = (byte) ((product >> 8) + product >> 8);
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }

  // Undoes that, as far as bytes can.
  private static void divide(byte[] rgb, byte[] alpha) {
    for (int i = 0; i < rgb.length; i++) {
      int opaque = alpha[i / 3] & 0xff;
      if (opaque != 0 && opaque != 255) {
        rgb[i] = (byte) Math.min(255, 255 * (rgb[i] & 0xff) / opaque);
      }
    }
  }

  private RgbImage cropped(RgbImage image, int left, int top) {
    byte[] rgb = new byte[3 * side * side];
    Optional<byte[]> alpha = image.alpha().map(own -> new byte[side * side]);
    for (int row = 0; row < side; row++) {
      int from = (top + row) * image.width() + left;
      int to = row * side;
      System.arraycopy(image.rgb(), 3 * from, rgb, 3 * to, 3 * side);
      alpha.ifPresent(own -> System.arraycopy(image.alpha().get(), from, own, to, side));
    }
    return new RgbImage(side, side, rgb, image.indexed(), alpha);
  }

  // Over white, as Pillow's alpha_composite has it.
  private PixelBytes pixels(RgbImage view) {
    if (view.alpha().isEmpty()) {
      return new PixelBytes(view.rgb(), values);
    }
    byte[] alpha = view.alpha().get();
    byte[] rgb = new byte[view.rgb().length];
    for (int i = 0; i < rgb.length; i++) {
      int opaque = alpha[i / 3] & 0xff;
      int sum = (view.rgb()[i] & 0xff) * opaque + WHITE * (255 - opaque);
      int rounded = (sum << 7) + (0x80 << 7);
      rgb[i] = (byte) ((rounded >> 8) + rounded >> 8 >> 7);
    }
    return new PixelBytes(rgb, values);
  }

  /** Returns this grid with smaller or larger tiles. */
  @Override
  public Optional<ImageProcessor> ofSize(int edge) {
    return Optional.of(new SplitProcessor(steps, tiling, edge));
  }

  @Override
  public List<Area> seen(int imageWidth, int imageHeight) {
    ViewGrid grid = grid(imageWidth, imageHeight);
    List<Area> areas = new ArrayList<>();
    areas.add(new Area(0, 0, imageWidth, imageHeight));
    double across = (double) imageWidth / Math.max(1, grid.cols());
    double down = (double) imageHeight / Math.max(1, grid.rows());
    for (int row = 0; row < grid.rows(); row++) {
      for (int col = 0; col < grid.cols(); col++) {
        areas.add(new Area(col * across, row * down, across, down));
      }
    }
    return areas;
  }
}
