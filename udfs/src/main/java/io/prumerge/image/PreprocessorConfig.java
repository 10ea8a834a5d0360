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
   * Returns this preprocessing with a square of another size at its end: resizing and cropping are
   * scaled alike, so that the same part of the picture is seen.
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

  /** Returns CLIP's values of pictures that are stretched to a square, whatever their aspect. */
  public static PreprocessorConfig stretched(int side) {
    return new PreprocessorConfig(
        Optional.of(new TargetSize.Exact(side, side)),
        Resample.of(PreprocessorFile.DEFAULT_RESAMPLE),
        Optional.empty(),
        PreprocessorFile.DEFAULT_RESCALE,
        true,
        PreprocessorFile.DEFAULT_MEAN,
        PreprocessorFile.DEFAULT_STD,
        false);
  }

  /** Returns this preprocessing, of pictures that keep their own size, within other bounds. */
  public PreprocessorConfig within(NativeSize bounds) {
    return new PreprocessorConfig(
        Optional.of(bounds), resample, crop, rescaleFactor, doNormalize, mean, std, doPad);
  }

  /** Returns the tiles that pictures are stretched over; empty if they are not. */
  public Optional<TargetSize.Tiles> tiles() {
    return resize.filter(TargetSize.Tiles.class::isInstance).map(TargetSize.Tiles.class::cast);
  }

  /** Returns the tiles that pictures are split into; empty if they are not. */
  public Optional<TargetSize.Split> split() {
    return resize.filter(TargetSize.Split.class::isInstance).map(TargetSize.Split.class::cast);
  }

  /** Returns the bounds of pictures that keep their own size; empty if these do not. */
  public Optional<NativeSize> nativeSize() {
    return resize.filter(NativeSize.class::isInstance).map(NativeSize.class::cast);
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

  static void requireSize(int length) {
    if (length < 1 || length > MAX_SIZE) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "A size must lie in 1..%d pixels: %d", MAX_SIZE, length));
    }
  }
}
