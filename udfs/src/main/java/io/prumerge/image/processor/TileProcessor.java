package io.prumerge.image.processor;

import io.prumerge.image.Area;
import io.prumerge.image.AxisWeights;
import io.prumerge.image.CropResizer;
import io.prumerge.image.Padding;
import io.prumerge.image.PassOrder;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelValues;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.TargetSize;
import io.prumerge.image.size.Tiling;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Prepares LLaVA-NeXT's, LLaVA-OneVision's and InternVL's views bit for bit like Hugging Face's
 * slow processors (transformers 4.57.1, {@code image_processing_llava_next.py}, {@code
 * image_processing_llava_onevision.py}, {@code image_processing_got_ocr2.py}): the whole image,
 * resized to a square whatever its aspect, then the tiles of its grid, over which the image is
 * resized, with its aspect kept and centred on black, or stretched. One difference: every image is
 * height x width x 3, including those that become 1 or 3 rows high, which that processor mistakes
 * for channels-first. Thread-safe.
 */
public final class TileProcessor implements ImageProcessor {

  private final PreprocessorConfig config;
  private final Tiling tiling;
  private final int side;
  private final PixelValues values;

  /**
   * @throws IllegalArgumentException if the tiles would be resized or cropped, which no published
   *     checkpoint asks for
   */
  public TileProcessor(PreprocessorConfig config, Tiling tiling) {
    this(config, tiling, tiling.side());
    boolean same =
        config
            .resize()
            .filter(
                size ->
                    size.equals(new TargetSize.ShortestEdge(side))
                        || size.equals(new TargetSize.Exact(side, side)))
            .isPresent();
    boolean whole =
        config.crop().map(crop -> crop.equals(new TargetSize.Exact(side, side))).orElse(true);
    if (!same || !whole) {
      throw new IllegalArgumentException(
          Text.format(
              "Tiles of %d pixels need size %d, do_resize, and a crop_size that is the same; the"
                  + " preprocessor has %s",
              side, side, config));
    }
  }

  /** Views of another size, the grid as the checkpoint's own. */
  private TileProcessor(PreprocessorConfig config, Tiling tiling, int side) {
    this.config = config;
    this.tiling = tiling;
    this.side = side;
    this.values = new PixelValues(config.steps());
  }

  @Override
  public Resolution size(int imageWidth, int imageHeight) {
    return new Resolution(side, side);
  }

  @Override
  public ImageProcessor within(PictureLimit limit) {
    return new TileProcessor(config, tiling.within(limit), side);
  }

  @Override
  public ViewGrid grid(int imageWidth, int imageHeight) {
    return tiling.grid(imageWidth, imageHeight);
  }

  @Override
  public List<PixelBytes> bytes(RgbImage image) {
    List<PixelBytes> views = new ArrayList<>();
    views.add(new PixelBytes(window(image, new Resolution(side, side), 0, 0), values));
    Fitted fitted = fitted(image.width(), image.height());
    for (Corner corner : fitted.corners()) {
      byte[] tile = window(image, fitted.size(), corner.left(), corner.top());
      views.add(new PixelBytes(tile, values));
    }
    return views;
  }

  /** Returns this grid with smaller or larger tiles. */
  @Override
  public Optional<ImageProcessor> ofSize(int edge) {
    return Optional.of(new TileProcessor(config, tiling, edge));
  }

  /** A tile's upper left corner on the resized image; negative where it begins with padding. */
  private record Corner(int left, int top) {}

  /** An image resized for its tiles, and where these lie on it. */
  private record Fitted(Resolution size, List<Corner> corners) {}

  private Fitted fitted(int width, int height) {
    ViewGrid grid = grid(width, height);
    if (grid.tiles() == 0) {
      return new Fitted(new Resolution(side, side), List.of());
    }
    Area placed = tiling.placed(grid, side);
    int left = (int) placed.left();
    int top = (int) placed.top();
    List<Corner> corners = new ArrayList<>();
    for (int row = 0; row < grid.rows(); row++) {
      for (int col = 0; col < grid.cols(); col++) {
        corners.add(new Corner(col * side - left, row * side - top));
      }
    }
    Resolution size = new Resolution((int) placed.height(), (int) placed.width());
    return new Fitted(size, corners);
  }

  /** Returns a square of the resized image; what lies outside it is 0. */
  private byte[] window(RgbImage image, Resolution size, int left, int top) {
    AxisWeights columns =
        AxisWeights.of(config.steps().resample(), image.width(), size.width(), left, side);
    AxisWeights rows =
        AxisWeights.of(config.steps().resample(), image.height(), size.height(), top, side);
    PassOrder order = PassOrder.of(image.width(), image.height(), size.width(), size.height());
    Padding none = Padding.none(image.width(), image.height());
    return new CropResizer(image, none, columns, rows).resize(order);
  }

  @Override
  public List<Area> seen(int imageWidth, int imageHeight) {
    Fitted fitted = fitted(imageWidth, imageHeight);
    double across = (double) imageWidth / fitted.size().width();
    double down = (double) imageHeight / fitted.size().height();
    List<Area> areas = new ArrayList<>();
    areas.add(new Area(0, 0, imageWidth, imageHeight));
    for (Corner corner : fitted.corners()) {
      areas.add(new Area(corner.left() * across, corner.top() * down, side * across, side * down));
    }
    return areas;
  }
}
