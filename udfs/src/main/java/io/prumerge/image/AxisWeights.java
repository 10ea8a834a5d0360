package io.prumerge.image;

/**
 * Resampling weights of one axis of a picture: for each output position, the source positions that
 * contribute and their weights, in Pillow's fixed point (precompute_coeffs and
 * normalize_coeffs_8bpc in Resample.c).
 */
final class AxisWeights {
  /** Fraction bits of a weight. */
  static final int PRECISION = 22;

  private static final int ONE = 1 << PRECISION;

  private final int[] first;
  private final int[] count;
  private final int[] weights;
  private final int width;

  private AxisWeights(int outputs, int width) {
    this.first = new int[outputs];
    this.count = new int[outputs];
    this.weights = new int[outputs * width];
    this.width = width;
  }

  /**
   * Returns the weights for resizing {@code in} positions to {@code out}, for outputs {@code from}
   * to {@code from + outputs}. An output outside {@code [0, out)} has no contributions.
   */
  static AxisWeights of(Resample filter, int in, int out, int from, int outputs) {
    if (in == out) {
      return identity(out, from, outputs);
    }
    return filter == Resample.NEAREST
        ? nearest(in, out, from, outputs)
        : filtered(filter, in, out, from, outputs);
  }

  private static AxisWeights identity(int out, int from, int outputs) {
    AxisWeights axis = new AxisWeights(outputs, 1);
    for (int i = 0; i < outputs; i++) {
      axis.take(i, from + i, from + i >= 0 && from + i < out);
    }
    return axis;
  }

  private static AxisWeights nearest(int in, int out, int from, int outputs) {
    AxisWeights axis = new AxisWeights(outputs, 1);
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
      weights[output] = ONE;
    }
  }

  private static AxisWeights filtered(Resample filter, int in, int out, int from, int outputs) {
    double scale = (double) in / out;
    double filterScale = Math.max(scale, 1);
    double support = filter.support() * filterScale;
    double inverse = 1 / filterScale;
    int width = (int) Math.ceil(support) * 2 + 1;
    AxisWeights axis = new AxisWeights(outputs, width);
    double[] exact = new double[width];
    for (int i = Math.max(0, -from); i < outputs && from + i < out; i++) {
      double centre = (from + i + 0.5) * scale;
      int low = Math.max((int) (centre - support + 0.5), 0);
      int high = Math.min((int) (centre + support + 0.5), in);
      double sum = 0;
      for (int j = low; j < high; j++) {
        exact[j - low] = filter.weight((j - centre + 0.5) * inverse);
        sum += exact[j - low];
      }
      axis.first[i] = low;
      axis.count[i] = high - low;
      for (int j = 0; j < high - low; j++) {
        double weight = (sum == 0 ? exact[j] : exact[j] / sum) * ONE;
        axis.weights[i * width + j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
    }
    return axis;
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
