package io.prumerge.image;

import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** Pillow's resampling filters (Resample.c), by the codes that preprocessor files use. */
public enum Resample {
  NEAREST(0, 0, x -> 0),
  LANCZOS(1, 3, Resample::lanczos),
  BILINEAR(2, 1, x -> Math.max(0, 1 - Math.abs(x))),
  BICUBIC(3, 2, Resample::bicubic),
  BOX(4, 0.5, x -> x > -0.5 && x <= 0.5 ? 1 : 0),
  HAMMING(5, 1, Resample::hamming);

  /** The cubic's free parameter. */
  private static final double A = -0.5;

  private final int code;
  private final double support;
  private final DoubleUnaryOperator kernel;

  Resample(int code, double support, DoubleUnaryOperator kernel) {
    this.code = code;
    this.support = support;
    this.kernel = kernel;
  }

  /**
   * @param code PIL's number, 0 to 5
   * @throws IllegalArgumentException on any other
   */
  public static Resample of(int code) {
    for (Resample filter : values()) {
      if (filter.code == code) {
        return filter;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Unknown resample '%d'; known: 0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic), 4 (box), 5 (hamming)",
            code));
  }

  /** Returns half the kernel's width, in source pixels when enlarging. */
  double support() {
    return support;
  }

  double weight(double x) {
    return kernel.applyAsDouble(x);
  }

  // Each expression keeps the order of Pillow's, so that doubles round alike.

  private static double bicubic(double signed) {
    double x = Math.abs(signed);
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }

  private static double hamming(double signed) {
    double x = Math.abs(signed);
    if (x == 0) {
      return 1;
    }
    if (x >= 1) {
      return 0;
    }
    double angle = x * Math.PI;
    return Math.sin(angle) / angle * (0.54 + 0.46 * Math.cos(angle));
  }

  private static double lanczos(double x) {
    return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
  }

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double angle = x * Math.PI;
    return Math.sin(angle) / angle;
  }

  /**
   * Resampling weights of one axis of a picture: for each output position, the source positions
   * that contribute and their weights, in Pillow's fixed point (precompute_coeffs and
   * normalize_coeffs_8bpc in Resample.c).
   */
  static final class AxisWeights {
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
     * Returns the weights for resizing {@code in} positions to {@code out}, for outputs {@code
     * from} to {@code from + outputs}. An output outside {@code [0, out)} has no contributions.
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
      for (int position = 0;
          position < Math.min(out, from + outputs);
          position++, source += scale) {
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
}
