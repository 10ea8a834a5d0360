package io.prumerge.image.processor;

import io.prumerge.image.Area;
import io.prumerge.image.AxisWeights;
import io.prumerge.image.CropResizer;
import io.prumerge.image.Padding;
import io.prumerge.image.PassOrder;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.PixelValues;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.NativeSize;
import java.util.List;
import java.util.Optional;

/**
 * Prepares pictures at about their own size, bit for bit like Qwen2-VL's slow processor
 * (transformers 4.57.1, {@code image_processing_qwen2_vl.py}). One difference: every picture is
 * height x width x 3, including those of 1 or 3 rows, which that processor mistakes for
 * channels-first. It gives the pixels; the tower takes them patch by patch. Thread-safe.
 */
public final class NativeProcessor implements ImageProcessor {

  private final NativeSize size;
  private final PixelSteps steps;
  private final PixelValues values;
  private final Optional<PictureLimit.OfTokens> limit;

  /**
   * @param size bounds of the sizes that pictures are resized to
   */
  public NativeProcessor(NativeSize size, PixelSteps steps) {
    this.size = size;
    this.steps = steps;
    this.values = new PixelValues(steps);
    this.limit = Optional.empty();
  }

  /** Pictures of another one within a limit. */
  private NativeProcessor(NativeProcessor other, PictureLimit.OfTokens limit) {
    this.size = other.size;
    this.steps = other.steps;
    this.values = other.values;
    this.limit = Optional.of(limit);
  }

  /**
   * @throws IllegalArgumentException as {@link #grid}
   */
  @Override
  public Resolution size(int imageWidth, int imageHeight) {
    return limit
        .map(less -> size.within(less, imageWidth, imageHeight))
        .orElse(size)
        .of(imageWidth, imageHeight);
  }

  @Override
  public ImageProcessor within(PictureLimit less) {
    return new NativeProcessor(this, NativeSize.limit(less));
  }

  @Override
  public void requireTaken(int imageWidth, int imageHeight) throws ImageException {
    if (!size.takes(imageWidth, imageHeight)) {
      throw ImageException.unsupported(
          "A picture of %d x %d pixels %s", imageWidth, imageHeight, NativeSize.TOO_LONG);
    }
  }

  @Override
  public ViewGrid grid(int imageWidth, int imageHeight) {
    ViewGrid whole = ViewGrid.whole(imageWidth, imageHeight);
    return limit.map(less -> size.within(less, whole)).orElse(whole);
  }

  @Override
  public List<PixelBytes> bytes(RgbImage image) {
    Resolution to = size(image.width(), image.height());
    Padding from = padding(image.width(), image.height());
    AxisWeights columns = AxisWeights.of(steps.resample(), from.width(), to.width(), 0, to.width());
    AxisWeights rows = AxisWeights.of(steps.resample(), from.height(), to.height(), 0, to.height());
    PassOrder order = PassOrder.of(from.width(), from.height(), to.width(), to.height());
    return List.of(
        new PixelBytes(new CropResizer(image, from, columns, rows).resize(order), values));
  }

  private Padding padding(int width, int height) {
    return size.square()
        ? Padding.square(width, height, steps.meanColour())
        : Padding.none(width, height);
  }

  @Override
  public Optional<ImageProcessor> ofSize(int edge) {
    return Optional.empty();
  }

  @Override
  public List<Area> seen(int imageWidth, int imageHeight) {
    Padding padded = padding(imageWidth, imageHeight);
    return List.of(new Area(-padded.left(), -padded.top(), padded.width(), padded.height()));
  }
}
