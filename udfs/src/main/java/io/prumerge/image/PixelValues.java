package io.prumerge.image;

import java.util.Arrays;

/** The value of each byte after rescaling and normalising. Equal to one with the same values. */
public final class PixelValues {

  private static final int LEVELS = 256;

  private final float[] values = new float[3 * LEVELS];

  private PixelValues() {}

  /**
   * The values that the slow image processors' steps give: rescaled in double, rounded to float,
   * then (x - mean) / std in float.
   */
  public PixelValues(PixelSteps steps) {
    for (int i = 0; i < values.length; i++) {
      float value = (float) ((i & 0xff) * steps.rescaleFactor());
      if (steps.doNormalize()) {
        float mean = steps.mean().get(i >> 8).floatValue();
        float std = steps.std().get(i >> 8).floatValue();
        value = (value - mean) / std;
      }
      values[i] = value;
    }
  }

  /**
   * Returns the values that a video processor's steps give, all in float (transformers 4.57.1,
   * {@code image_processing_utils_fast.py}, {@code rescale_and_normalize}): bytes are not rescaled
   * before they are normalised, but mean and std are divided by the factor.
   */
  public static PixelValues fused(PixelSteps steps) {
    PixelValues fused = new PixelValues();
    float inverse = (float) (1 / steps.rescaleFactor());
    for (int i = 0; i < fused.values.length; i++) {
      int level = i & 0xff;
      if (steps.doNormalize()) {
        float mean = steps.mean().get(i >> 8).floatValue() * inverse;
        float std = steps.std().get(i >> 8).floatValue() * inverse;
        fused.values[i] = (level - mean) / std;
      } else {
        fused.values[i] = level * (float) steps.rescaleFactor();
      }
    }
    return fused;
  }

  /** Returns a copy of the values: 256 of red's bytes, then green's, then blue's. */
  public float[] table() {
    return values.clone();
  }

  /** Returns the value of one channel's byte, 0 to 255. */
  float of(int channel, int level) {
    return values[LEVELS * channel + level];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PixelValues table && Arrays.equals(values, table.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  /**
   * Returns a picture's values.
   *
   * @param bytes height x width x 3, red first
   * @return 3 x height x width
   */
  float[] of(byte[] bytes) {
    int plane = bytes.length / 3;
    float[] pixels = new float[bytes.length];
    for (int i = 0, from = 0; i < plane; i++, from += 3) {
      pixels[i] = values[bytes[from] & 0xff];
      pixels[plane + i] = values[LEVELS + (bytes[from + 1] & 0xff)];
      pixels[2 * plane + i] = values[2 * LEVELS + (bytes[from + 2] & 0xff)];
    }
    return pixels;
  }
}
