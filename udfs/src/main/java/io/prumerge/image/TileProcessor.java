package io.prumerge.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Prepares LLaVA-NeXT's views bit for bit like Hugging Face's slow LlavaNextImageProcessor
 * (transformers 4.57.1, {@code image_processing_llava_next.py}): the whole image, resized to a
 * square whatever its aspect, then the tiles of its grid, over which the image is resized with its
 * aspect kept, centred on black. One difference: every image is height x width x 3, including those
 * that become 1 or 3 rows high, which that processor mistakes for channels-first. Thread-safe.
 */
public final class TileProcessor implements ImageProcessor {

  private final PreprocessorConfig config;
  private final Tiling tiling;
  private final PixelValues values;

  /**
   * @throws IllegalArgumentException if the tiles would be resized or cropped, which no published
   *     checkpoint asks for
   */
  public TileProcessor(PreprocessorConfig config, Tiling tiling) {
    this.config = Objects.requireNonNull(config, "config is null");
    this.tiling = Objects.requireNonNull(tiling, "tiling is null");
    this.values = new PixelValues(config);
    int side = tiling.side();
    boolean same =
        config
            .resize()
            .filter(
                size ->
                    size.equals(new PreprocessorConfig.TargetSize.ShortestEdge(side))
                        || size.equals(new PreprocessorConfig.TargetSize.Exact(side, side)))
            .isPresent();
    boolean whole =
        config
            .crop()
            .filter(crop -> crop.equals(new PreprocessorConfig.TargetSize.Exact(side, side)))
            .isPresent();
    if (!same || !whole) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Tiles of %d pixels need size and crop_size %d, do_resize and do_center_crop; the preprocessor has %s",
              side,
              side,
              config));
    }
  }

  @Override
  public int height() {
    return tiling.side();
  }

  @Override
  public int width() {
    return tiling.side();
  }

  @Override
  public ViewGrid grid(int imageWidth, int imageHeight) {
    return tiling.grid(imageWidth, imageHeight);
  }

  @Override
  public List<float[]> views(RgbImage image) {
    ViewGrid grid = grid(image.width(), image.height());
    int side = tiling.side();
    List<float[]> views = new ArrayList<>();
    views.add(values.of(window(image, new Tiling.Resolution(side, side), 0, 0)));
    Tiling.Resolution fitted = tiling.fitted(grid);
    int left = (grid.cols() * side - fitted.width()) / 2;
    int top = (grid.rows() * side - fitted.height()) / 2;
    for (int row = 0; row < grid.rows(); row++) {
      for (int col = 0; col < grid.cols(); col++) {
        views.add(values.of(window(image, fitted, col * side - left, row * side - top)));
      }
    }
    return views;
  }

  @Override
  public Optional<ImageProcessor> ofSize(int edge) {
    return Optional.empty();
  }

  /** A square of the resized image; what lies outside it is 0. */
  private byte[] window(RgbImage image, Tiling.Resolution size, int left, int top) {
    int side = tiling.side();
    AxisWeights columns =
        AxisWeights.of(config.resample(), image.width(), size.width(), left, side);
    AxisWeights rows = AxisWeights.of(config.resample(), image.height(), size.height(), top, side);
    PassOrder order = PassOrder.of(image.width(), image.height(), size.width(), size.height());
    Padding none = Padding.none(image.width(), image.height());
    return new CropResizer(image, none, columns, rows).resize(order);
  }

  @Override
  public Area seen(int imageWidth, int imageHeight) {
    return new Area(0, 0, imageWidth, imageHeight);
  }
}
