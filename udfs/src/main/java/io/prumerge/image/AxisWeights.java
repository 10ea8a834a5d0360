package io.prumerge.image;

import java.util.Arrays;

/**
 * Resampling weights of one axis of a picture: for each output position, the source positions that
 * contribute and their weights, in fixed point. Pillow's (precompute_coeffs and
 * normalize_coeffs_8bpc in Resample.c) and torch's differ in the number of fraction bits alone.
 */
public final class AxisWeights {
  /** Pillow's fraction bits of a weight, the most that torch's have. */
  private static final int PILLOW_PRECISION = 22;

  /** Torch's weights are 16-bit integers. */
  private static final int TORCH_LIMIT = 1 << 15;

  private final int[] first;
  private final int[] count;
  private final int[] weights;
  private final int width;
  private final int precision;

  private AxisWeights(int outputs, int width, int precision) {
    this.first = new int[outputs];
    this.count = new int[outputs];
    this.weights = new int[outputs * width];
    this.width = width;
    this.precision = precision;
  }

  /**
   * Returns Pillow's weights for resizing {@code in} positions to {@code out}, for outputs {@code
   * from} to {@code from + outputs}. An output outside {@code [0, out)} has no contributions.
   */
  public static AxisWeights of(Resample filter, int in, int out, int from, int outputs) {
    if (in == out) {
      return identity(out, from, outputs);
    }
    return filter == Resample.NEAREST
        ? nearest(in, out, from, outputs)
        : Exact.of(filter, in, out, from, outputs).rounded(PILLOW_PRECISION);
  }

  /**
   * Returns torch's weights for resizing {@code in} positions to {@code out} (pytorch 2.7.1,
   * UpSampleKernel.cpp, compute_index_ranges_int16_weights): with as many fraction bits as the
   * largest weight leaves in 16 bits.
   *
   * @param filter other than the nearest position
   */
  static AxisWeights torch(Resample filter, int in, int out) {
    if (in == out) {
      return identity(out, 0, out);
    }
    Exact exact = Exact.of(filter, in, out, 0, out);
    double largest = Arrays.stream(exact.weights()).max().orElse(0);
    int precision = 0;
    while (precision < PILLOW_PRECISION
        && (int) (largest * (1 << (precision + 1)) + 0.5) < TORCH_LIMIT) {
      precision++;
    }
    return exact.rounded(precision);
  }

  private static AxisWeights identity(int out, int from, int outputs) {
    AxisWeights axis = new AxisWeights(outputs, 1, PILLOW_PRECISION);
    for (int i = 0; i < outputs; i++) {
      axis.take(i, from + i, from + i >= 0 && from + i < out);
    }
    return axis;
  }

  private static AxisWeights nearest(int in, int out, int from, int outputs) {
    AxisWeights axis = new AxisWeights(outputs, 1, PILLOW_PRECISION);
    double scale = (double) in / out;
    double source = scale * 0.5;
    // Pillow accumulates the step; a product would round differently.
    for (int position = 0; position < Math.min(out, from + outputs); position++, source += scale) {
      if (position >= from) {
        axis.take(position - from, (int) source, source < in);
      }
    }
    return axis;
  }

  private void take(int output, int source, boolean inside) {
    if (inside) {
      first[output] = source;
      count[output] = 1;
      weights[output] = 1 << precision;
    }
  }

  /**
   * A filter's weights before they are rounded; of each output they sum to 1.
   *
   * @param weights outputs x width
   */
  private record Exact(int[] first, int[] count, double[] weights, int width) {

    static Exact of(Resample filter, int in, int out, int from, int outputs) {
      double scale = (double) in / out;
      double filterScale = Math.max(scale, 1);
      double support = filter.support() * filterScale;
      double inverse = 1 / filterScale;
      int width = (int) Math.ceil(support) * 2 + 1;
      Exact axis =
          new Exact(new int[outputs], new int[outputs], new double[outputs * width], width);
      for (int i = Math.max(0, -from); i < outputs && from + i < out; i++) {
        double centre = (from + i + 0.5) * scale;
        int low = Math.max((int) (centre - support + 0.5), 0);
        int high = Math.min((int) (centre + support + 0.5), in);
        double sum = 0;
        for (int j = low; j < high; j++) {
          double weight = filter.weight((j - centre + 0.5) * inverse);
          axis.weights[i * width + j - low] = weight;
          sum += weight;
        }
        axis.first[i] = low;
        axis.count[i] = high - low;
        for (int j = i * width; sum != 0 && j < i * width + high - low; j++) {
          axis.weights[j] /= sum;
        }
      }
      return axis;
    }

    AxisWeights rounded(int precision) {
      AxisWeights axis = new AxisWeights(first.length, width, precision);
      System.arraycopy(first, 0, axis.first, 0, first.length);
      System.arraycopy(count, 0, axis.count, 0, count.length);
      for (int j = 0; j < weights.length; j++) {
        double weight = weights[j] * (1 << precision);
        axis.weights[j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
      return axis;
    }
  }

  int outputs() {
    return first.length;
  }

  /** Returns the first contributing source position of an output. */
  int first(int output) {
    return first[output];
  }

  /** Returns how many source positions contribute to an output; 0 for one outside the picture. */
  int count(int output) {
    return count[output];
  }

  /** Returns the index in {@link #weights()} of an output's first weight. */
  int offset(int output) {
    return output * width;
  }

  /** Returns the number of fraction bits of a weight. */
  int precision() {
    return precision;
  }

  /** Returns all weights; those of one output are adjacent. */
  int[] weights() {
    return weights;
  }

  /** Returns the {@code j}-th weight of an output. */
  int weight(int output, int j) {
    return weights[output * width + j];
  }

  /** Returns the most source positions that contribute to one output. */
  int width() {
    return width;
  }
}
