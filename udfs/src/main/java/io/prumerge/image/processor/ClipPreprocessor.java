package io.prumerge.image.processor;

import io.prumerge.image.Area;
import io.prumerge.image.AxisWeights;
import io.prumerge.image.CropResizer;
import io.prumerge.image.Padding;
import io.prumerge.image.PassOrder;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelValues;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.TargetSize;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Prepares pixels bit for bit like Hugging Face's slow CLIPImageProcessor and BlipImageProcessor
 * (transformers 4.57, image_processing_clip.py, image_processing_blip.py on Pillow and numpy). One
 * difference: every image is height x width x 3, including images of 1 or 3 rows, which that
 * processor mistakes for channels-first by default. Thread-safe.
 */
public final class ClipPreprocessor implements ImageProcessor {
  private static final int WHITE = 0xffffff;

  private final PreprocessorConfig config;
  private final ImageAspect aspect;
  private final TargetSize.Exact output;
  private final int padColour;

  private final PixelValues values;

  /**
   * @param aspect {@code PAD}, {@code CROP} or {@code STRETCH}
   * @throws IllegalArgumentException on another one, and if images would have different sizes after
   *     preprocessing
   */
  public ClipPreprocessor(PreprocessorConfig config, ImageAspect aspect) {
    this(config, aspect, config.steps().meanColour());
  }

  private ClipPreprocessor(PreprocessorConfig config, ImageAspect aspect, int padColour) {
    this.config = config;
    this.aspect = aspect;
    if (aspect == ImageAspect.AUTO || aspect == ImageAspect.ANYRES) {
      throw new IllegalArgumentException(
          Text.format(
              "Image aspect %s must be resolved to pad, crop or stretch before images are prepared",
              aspect.name().toLowerCase(Locale.ROOT)));
    }
    if (aspect == ImageAspect.STRETCH && !stretches(config)) {
      throw new IllegalArgumentException(
          Text.format(
              "Images are stretched by a size of height and width without a crop; the preprocessor"
                  + " has %s",
              config));
    }
    this.output = output(config, aspect);
    this.padColour = padColour;
    this.values = new PixelValues(config.steps());
  }

  private static boolean stretches(PreprocessorConfig config) {
    return config.crop().isEmpty()
        && config.resize().filter(TargetSize.Exact.class::isInstance).isPresent();
  }

  /** Makes a preprocessor that pads with white instead of the mean colour. */
  public static ClipPreprocessor onWhite(PreprocessorConfig config, ImageAspect aspect) {
    return new ClipPreprocessor(config, aspect, WHITE);
  }

  @Override
  public Optional<ImageProcessor> ofSize(int edge) {
    return config
        .scaled(width(), edge)
        .map(scaled -> new ClipPreprocessor(scaled, aspect, padColour));
  }

  private static TargetSize.Exact output(PreprocessorConfig config, ImageAspect aspect) {
    if (config.crop().isPresent()) {
      return config.crop().get();
    }
    if (config.resize().isPresent()) {
      TargetSize size = config.resize().get();
      if (size instanceof TargetSize.Exact exact) {
        return exact;
      }
      if (size instanceof TargetSize.ShortestEdge edge && aspect == ImageAspect.PAD) {
        return new TargetSize.Exact(edge.length(), edge.length());
      }
    }
    throw new IllegalArgumentException(
        "The preprocessor gives images of different sizes: it needs do_center_crop, or a size of"
            + Text.format(
                " height and width, or image aspect pad; it has %s with image aspect %s",
                config, aspect));
  }

  /** Returns the number of rows of every view. */
  public int height() {
    return output.height();
  }

  /** Returns the columns of every view. */
  public int width() {
    return output.width();
  }

  @Override
  public Resolution size(int imageWidth, int imageHeight) {
    return new Resolution(height(), width());
  }

  @Override
  public ViewGrid grid(int imageWidth, int imageHeight) {
    return ViewGrid.whole(imageWidth, imageHeight);
  }

  @Override
  public List<PixelBytes> bytes(RgbImage image) {
    return List.of(new PixelBytes(window(image), values));
  }

  /**
   * Returns the bytes before rescaling, height x width x 3. A crop larger than the picture is 0
   * around it, before normalisation.
   */
  byte[] window(RgbImage image) {
    Placement place = placement(image.width(), image.height());
    Padding padding = place.padding();
    Size resized = place.resized();
    AxisWeights columns =
        AxisWeights.of(
            config.steps().resample(), padding.width(), resized.width(), place.left(), width());
    AxisWeights rows =
        AxisWeights.of(
            config.steps().resample(), padding.height(), resized.height(), place.top(), height());
    PassOrder order =
        PassOrder.of(padding.width(), padding.height(), resized.width(), resized.height());
    return new CropResizer(image, padding, columns, rows).resize(order);
  }

  @Override
  public List<Area> seen(int width, int height) {
    Placement place = placement(width, height);
    Padding padding = place.padding();
    double across = (double) padding.width() / place.resized().width();
    double down = (double) padding.height() / place.resized().height();
    return List.of(
        new Area(
            place.left() * across - padding.left(),
            place.top() * down - padding.top(),
            width() * across,
            height() * down));
  }

  /**
   * Returns the patches of a picture that was padded to a square which show nothing but padding,
   * rising: rows above and below a wide one, columns next to a tall one. MMTok leaves them out
   * (Ironieser/MMTok d1522cd, {@code calculate_padding_patch_indices} of {@code patch_llava.py}).
   *
   * @param width of the picture
   * @param height of the picture
   * @param side of the square that the tower takes, in pixels
   * @param patch side of a patch in pixels
   */
  public static int[] paddedPatches(int width, int height, int side, int patch) {
    int grid = side / patch;
    int shorter = Math.min(width, height);
    double scale = side / (double) Math.max(width, height);
    int scaled = (int) Math.rint(shorter * scale);
    int before = (side - scaled) / 2 / patch;
    int after = (side - scaled - (side - scaled) / 2) / patch;
    boolean rows = width > height;
    return IntStream.range(0, grid * grid)
        .filter(
            index -> {
              int line = rows ? index / grid : index % grid;
              return line < before || line >= grid - after;
            })
        .toArray();
  }

  private Placement placement(int width, int height) {
    Padding padding =
        aspect == ImageAspect.PAD
            ? Padding.square(width, height, padColour)
            : Padding.none(width, height);
    Size resized = resized(padding.height(), padding.width());
    // A crop starts at floor((size - crop) / 2), also when that is negative.
    return new Placement(
        padding,
        resized,
        Math.floorDiv(resized.width() - width(), 2),
        Math.floorDiv(resized.height() - height(), 2));
  }

  /**
   * Returns the size after resizing; the long side is int(edge · long / short), in this order, in
   * double.
   */
  private Size resized(int height, int width) {
    if (config.resize().isEmpty()) {
      return new Size(height, width);
    }
    TargetSize target = config.resize().get();
    if (target instanceof TargetSize.Exact exact) {
      return new Size(exact.height(), exact.width());
    }
    int edge = ((TargetSize.ShortestEdge) target).length();
    return width <= height
        ? new Size((int) ((double) edge * height / width), edge)
        : new Size(edge, (int) ((double) edge * width / height));
  }

  private record Size(int height, int width) {}

  /**
   * Position of the result on the picture.
   *
   * @param left column of the result's left edge on the resized picture; may be negative
   * @param top row of the result's upper edge
   */
  private record Placement(Padding padding, Size resized, int left, int top) {}
}
