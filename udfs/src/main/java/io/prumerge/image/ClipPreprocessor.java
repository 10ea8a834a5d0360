package io.prumerge.image;

import io.prumerge.image.PreprocessorConfig.TargetSize;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Prepares pixels bit for bit like Hugging Face's slow CLIPImageProcessor (transformers 4.57,
 * image_processing_clip.py on Pillow and numpy). One difference: every image is height x width x 3,
 * including images of 1 or 3 rows, which that processor mistakes for channels-first by default.
 * Thread-safe.
 */
public final class ClipPreprocessor {
  private final PreprocessorConfig config;
  private final ImageAspect aspect;
  private final TargetSize.Exact output;
  private final int padColour;

  /** The value of each byte after rescaling and normalising, channel x 256. */
  private final float[] values;

  /**
   * @param aspect {@code PAD} or {@code CROP}
   * @throws IllegalArgumentException on {@code AUTO}, which only a checkpoint can resolve, and if
   *     images would have different sizes after preprocessing
   */
  public ClipPreprocessor(PreprocessorConfig config, ImageAspect aspect) {
    this.config = Objects.requireNonNull(config, "config is null");
    this.aspect = Objects.requireNonNull(aspect, "aspect is null");
    if (aspect == ImageAspect.AUTO) {
      throw new IllegalArgumentException(
          "Image aspect auto must be resolved to pad or crop before images are prepared");
    }
    this.output = output(config, aspect);
    this.padColour = padColour(config.mean());
    this.values = values(config);
  }

  /**
   * The same preprocessing with smaller or larger images, which show the same.
   *
   * @param edge of the square images
   * @return empty if this one does not resize pictures
   */
  public Optional<ClipPreprocessor> ofSize(int edge) {
    return config.scaled(width(), edge).map(scaled -> new ClipPreprocessor(scaled, aspect));
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
            + String.format(
                Locale.ROOT,
                " height and width, or image aspect pad; it has %s with image aspect %s",
                config,
                aspect));
  }

  /** LLaVA's padding colour, trunc(mean · 255): (122, 116, 104) with CLIP's mean. */
  private static int padColour(List<Double> mean) {
    int colour = 0;
    for (double channel : mean) {
      colour = colour << 8 | (int) (channel * 255);
    }
    return colour;
  }

  /** Rescaled in double, rounded to float, normalised in float: (x − mean) / std. */
  private static float[] values(PreprocessorConfig config) {
    float[] values = new float[3 * 256];
    for (int i = 0; i < values.length; i++) {
      float value = (float) ((i & 0xff) * config.rescaleFactor());
      if (config.doNormalize()) {
        float mean = config.mean().get(i >> 8).floatValue();
        float std = config.std().get(i >> 8).floatValue();
        value = (value - mean) / std;
      }
      values[i] = value;
    }
    return values;
  }

  /** Rows of every result. */
  public int height() {
    return output.height();
  }

  /** Columns of every result. */
  public int width() {
    return output.width();
  }

  /** The pixels, 3 x {@link #height()} x {@link #width()}, red first. */
  public float[] pixels(RgbImage image) {
    byte[] window = window(image);
    int plane = height() * width();
    float[] pixels = new float[3 * plane];
    for (int i = 0, from = 0; i < plane; i++, from += 3) {
      pixels[i] = values[window[from] & 0xff];
      pixels[plane + i] = values[256 + (window[from + 1] & 0xff)];
      pixels[2 * plane + i] = values[512 + (window[from + 2] & 0xff)];
    }
    return pixels;
  }

  /**
   * The bytes before rescaling, height x width x 3. A crop larger than the picture is 0 around it,
   * before normalisation.
   */
  byte[] window(RgbImage image) {
    Placement place = placement(image.width(), image.height());
    Padding padding = place.padding();
    Size resized = place.resized();
    AxisWeights columns =
        AxisWeights.of(config.resample(), padding.width(), resized.width(), place.left(), width());
    AxisWeights rows =
        AxisWeights.of(
            config.resample(), padding.height(), resized.height(), place.top(), height());
    PassOrder order =
        PassOrder.of(padding.width(), padding.height(), resized.width(), resized.height());
    return new CropResizer(image, padding, columns, rows).resize(order);
  }

  /**
   * The area of a picture of this size that the result covers, in the picture's pixels. It reaches
   * beyond a picture that is padded or smaller than the crop.
   */
  public Area seen(int width, int height) {
    Placement place = placement(width, height);
    Padding padding = place.padding();
    double across = (double) padding.width() / place.resized().width();
    double down = (double) padding.height() / place.resized().height();
    return new Area(
        place.left() * across - padding.left(),
        place.top() * down - padding.top(),
        width() * across,
        height() * down);
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
   * The size after resizing; the long side is int(edge · long / short), in this order, in double.
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
