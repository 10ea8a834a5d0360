package io.prumerge.image;

import io.prumerge.lang.Text;
import java.util.List;

/**
 * What an image processor does to the pixels of a picture, whatever its size: the filter that
 * resizes it, and how bytes become values.
 *
 * @param resample the filter
 * @param rescaleFactor 1 when values are not rescaled
 * @param doNormalize whether mean and std are applied
 * @param mean per channel, red first, of values in 0..1; also the colour of LLaVA's padding
 * @param std per channel
 */
public record PixelSteps(
    Resample resample,
    double rescaleFactor,
    boolean doNormalize,
    List<Double> mean,
    List<Double> std) {

  public PixelSteps {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.size() != 3 || std.size() != 3) {
      throw new IllegalArgumentException(
          Text.format("Images have 3 channels: image_mean=%s, image_std=%s", mean, std));
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

  /** Rescales bytes to 0..1 and normalises these. */
  public PixelSteps(Resample resample, List<Double> mean, List<Double> std) {
    this(resample, 1.0 / 255, true, mean, std);
  }

  /** Returns LLaVA's padding colour, trunc(mean · 255): (122, 116, 104) with CLIP's mean. */
  public int meanColour() {
    int colour = 0;
    for (double channel : mean) {
      colour = colour << 8 | (int) (channel * 255);
    }
    return colour;
  }
}
