package io.prumerge.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * A checkpoint's image preprocessing, with the settings of Hugging Face's CLIPImageProcessor.
 *
 * @param resize empty when images keep their size
 * @param crop centre crop, empty when there is none
 * @param rescaleFactor 1 when values are not rescaled
 * @param doNormalize whether mean and std are applied
 * @param mean per channel, red first; also the colour of LLaVA's padding
 * @param std per channel
 * @param doPad whether the files themselves ask for LLaVA's pad to a square
 */
public record PreprocessorConfig(
    Optional<TargetSize> resize,
    Resample resample,
    Optional<TargetSize.Exact> crop,
    double rescaleFactor,
    boolean doNormalize,
    List<Double> mean,
    List<Double> std,
    boolean doPad) {

  /** Far beyond any tower's input; keeps every product of two sizes in range. */
  private static final int MAX_SIZE = 8192;

  /** The size to resize to, in pixels. */
  public sealed interface TargetSize {
    /** The size times other / edge, to the nearest pixel. */
    TargetSize scaled(int edge, int other);

    private static int scaled(int length, int edge, int other) {
      return (int) Math.round((double) length * other / edge);
    }

    /** The shorter side gets this length, the other keeps the aspect, rounded down. */
    record ShortestEdge(int length) implements TargetSize {
      public ShortestEdge {
        requireSize(length);
      }

      @Override
      public ShortestEdge scaled(int edge, int other) {
        return new ShortestEdge(TargetSize.scaled(length, edge, other));
      }
    }

    /** Both sides as stated. */
    record Exact(int height, int width) implements TargetSize {
      public Exact {
        requireSize(height);
        requireSize(width);
      }

      @Override
      public Exact scaled(int edge, int other) {
        return new Exact(
            TargetSize.scaled(height, edge, other), TargetSize.scaled(width, edge, other));
      }
    }
  }

  public PreprocessorConfig {
    Objects.requireNonNull(resize, "resize is null");
    Objects.requireNonNull(resample, "resample is null");
    Objects.requireNonNull(crop, "crop is null");
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Images have 3 channels: image_mean=%s, image_std=%s", mean, std));
    }
    for (double channel : mean) {
      if (!(channel >= 0 && channel <= 1)) {
        throw new IllegalArgumentException("image_mean must lie in 0..1: " + mean);
      }
    }
    for (double channel : std) {
      if (!(channel > 0 && channel < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("image_std must be positive: " + std);
      }
    }
    if (!Double.isFinite(rescaleFactor)) {
      throw new IllegalArgumentException("rescale_factor must be finite: " + rescaleFactor);
    }
  }

  /**
   * The same preprocessing that ends in a square of another size: resizing and cropping are scaled
   * alike, so that the same part of the picture is seen.
   *
   * @param edge of the square that this preprocessing ends in
   * @param other edge wanted instead
   * @return empty if pictures are not resized, so that no other size shows the same
   */
  Optional<PreprocessorConfig> scaled(int edge, int other) {
    return resize.map(
        size ->
            new PreprocessorConfig(
                Optional.of(size.scaled(edge, other)),
                resample,
                crop.map(exact -> exact.scaled(edge, other)),
                rescaleFactor,
                doNormalize,
                mean,
                std,
                doPad));
  }

  /**
   * Reads {@code preprocessor_config.json} of a model folder, or the {@code image_processor} of its
   * {@code processor_config.json}.
   *
   * @throws IllegalArgumentException if neither file exists or a value is not usable; the message
   *     names the file and the value
   * @throws java.io.UncheckedIOException when a file cannot be read
   */
  public static PreprocessorConfig read(Path modelFolder) {
    return PreprocessorFile.read(modelFolder);
  }

  private static void requireSize(int length) {
    if (length < 1 || length > MAX_SIZE) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "A size must lie in 1..%d pixels: %d", MAX_SIZE, length));
    }
  }
}
