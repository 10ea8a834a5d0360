package io.prumerge.image;

import io.prumerge.image.Resample.AxisWeights;
import io.prumerge.image.Resample.CropResizer.Padding;
import io.prumerge.image.Resample.CropResizer.PassOrder;
import java.awt.Rectangle;
import java.util.Arrays;
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
            "Unknown resample '%d'; known: 0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic), 4"
                + " (box), 5 (hamming)",
            code));
  }

  /**
   * Returns a window of a picture at another size: of what Pillow's {@code Image.resize} makes.
   *
   * @param width of the whole resized picture
   * @param height of the whole resized picture
   * @param window its part that is returned, within it
   */
  public RgbImage resized(RgbImage image, int width, int height, Rectangle window) {
    AxisWeights columns = AxisWeights.of(this, image.width(), width, window.x, window.width);
    AxisWeights rows = AxisWeights.of(this, image.height(), height, window.y, window.height);
    Padding whole = Padding.none(image.width(), image.height());
    PassOrder order = PassOrder.of(image.width(), image.height(), width, height);
    return new RgbImage(
        window.width, window.height, new CropResizer(image, whole, columns, rows).resize(order));
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

  /**
   * Pillow's two-pass resize (ImagingResample in Resample.c), computed only for a window of the
   * result. Values are rounded to bytes between the passes. Positions of the window outside the
   * result are 0.
   *
   * <p>Memory: the window, one row of the padded picture and, if the horizontal pass comes first,
   * as many rows of the window's width as one output row needs. Neither the whole result nor the
   * padded picture is ever stored.
   */
  static final class CropResizer {
    private static final int HALF = 1 << (AxisWeights.PRECISION - 1);
    private static final int NO_ROW = -1;

    private final RgbImage image;
    private final Padding padding;
    private final AxisWeights columns;
    private final AxisWeights rows;

    /**
     * One row of the padded picture, width x 3; right and left of the image it keeps the padding's
     * colour.
     */
    private final byte[] row;

    /** A row of nothing but padding, resized horizontally to the window's width x 3. */
    private final byte[] paddingRow;

    /**
     * First of the window's columns that depend on the image. Columns outside first to last equal
     * those of {@link #paddingRow}.
     */
    private final int firstColumn;

    private final int lastColumn;

    /**
     * @param columns horizontal weights of the window, for the padded width
     * @param rows vertical weights of the window, for the padded height
     */
    CropResizer(RgbImage image, Padding padding, AxisWeights columns, AxisWeights rows) {
      this.image = image;
      this.padding = padding;
      this.columns = columns;
      this.rows = rows;
      this.row = new byte[3 * padding.width()];
      padding.fill(row);
      this.paddingRow = new byte[3 * columns.outputs()];
      resizeRow(row, 0, columns.outputs() - 1, paddingRow, 0);
      int first = 0;
      int last = columns.outputs() - 1;
      while (first <= last && columns.first(first) + columns.count(first) <= padding.left()) {
        first++;
      }
      while (first <= last && columns.first(last) >= padding.left() + image.width()) {
        last--;
      }
      this.firstColumn = first;
      this.lastColumn = last;
    }

    /** Returns the window, rows x columns x 3. */
    byte[] resize(PassOrder order) {
      return switch (order) {
        case HORIZONTAL_FIRST -> horizontalFirst();
        case VERTICAL_FIRST -> verticalFirst();
      };
    }

    private byte[] horizontalFirst() {
      int stride = paddingRow.length;
      byte[] window = new byte[rows.outputs() * stride];
      // Source row y, once resized, lies in slot y modulo the number of slots.
      int[] rowInSlot = new int[rows.width()];
      Arrays.fill(rowInSlot, NO_ROW);
      byte[] slots = new byte[rows.width() * stride];
      int[] sums = new int[stride];
      for (int y = 0; y < rows.outputs(); y++) {
        Arrays.fill(sums, HALF);
        for (int j = 0; j < rows.count(y); j++) {
          int sourceRow = rows.first(y) + j;
          int slot = sourceRow % rowInSlot.length;
          if (rowInSlot[slot] != sourceRow) {
            rowInSlot[slot] = sourceRow;
            System.arraycopy(paddingRow, 0, slots, slot * stride, stride);
            if (loadRow(sourceRow)) {
              resizeRow(row, firstColumn, lastColumn, slots, slot * stride);
            }
          }
          add(rows.weight(y, j), slots, slot * stride, sums);
        }
        clip(sums, window, y * stride);
      }
      return window;
    }

    private byte[] verticalFirst() {
      byte[] window = new byte[rows.outputs() * paddingRow.length];
      int[] sums = new int[row.length];
      byte[] between = new byte[row.length];
      for (int y = 0; y < rows.outputs(); y++) {
        Arrays.fill(sums, HALF);
        for (int j = 0; j < rows.count(y); j++) {
          if (!loadRow(rows.first(y) + j)) {
            padding.fill(row);
          }
          add(rows.weight(y, j), row, 0, sums);
        }
        clip(sums, between, 0);
        resizeRow(between, 0, columns.outputs() - 1, window, y * paddingRow.length);
      }
      return window;
    }

    /**
     * Copies a row of the padded picture into {@link #row}. Returns false, and copies nothing, if
     * the row is only padding.
     */
    private boolean loadRow(int paddedRow) {
      int y = paddedRow - padding.top();
      if (y < 0 || y >= image.height()) {
        return false;
      }
      int bytes = 3 * image.width();
      System.arraycopy(image.rgb(), y * bytes, row, 3 * padding.left(), bytes);
      return true;
    }

    private void resizeRow(byte[] source, int firstOutput, int lastOutput, byte[] target, int at) {
      int[] weights = columns.weights();
      for (int x = firstOutput; x <= lastOutput; x++) {
        int red = HALF;
        int green = HALF;
        int blue = HALF;
        int from = 3 * columns.first(x);
        int offset = columns.offset(x);
        for (int j = offset; j < offset + columns.count(x); j++, from += 3) {
          red += weights[j] * (source[from] & 0xff);
          green += weights[j] * (source[from + 1] & 0xff);
          blue += weights[j] * (source[from + 2] & 0xff);
        }
        target[at + 3 * x] = clip(red);
        target[at + 3 * x + 1] = clip(green);
        target[at + 3 * x + 2] = clip(blue);
      }
    }

    private static void add(int weight, byte[] source, int from, int[] sums) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weight * (source[from + i] & 0xff);
      }
    }

    private static void clip(int[] sums, byte[] target, int at) {
      for (int i = 0; i < sums.length; i++) {
        target[at + i] = clip(sums[i]);
      }
    }

    private static byte clip(int sum) {
      return (byte) Math.max(0, Math.min(255, sum >> AxisWeights.PRECISION));
    }

    /**
     * The picture that is resized: the image itself, or the image on a square of one colour.
     *
     * @param width of the padded picture, in pixels
     * @param height of the padded picture
     * @param left column of the image's left edge on it
     * @param top row of the image's upper edge on it
     * @param colour packed red, green, blue, the red in bits 16 to 23
     */
    record Padding(int width, int height, int left, int top, int colour) {
      static Padding none(int width, int height) {
        return new Padding(width, height, 0, 0, 0);
      }

      /**
       * Returns the padding of LLaVA's expand2square (llava/mm_utils.py): the side is the longer
       * one, the offset rounds down.
       */
      static Padding square(int width, int height, int colour) {
        int side = Math.max(width, height);
        return new Padding(side, side, (side - width) / 2, (side - height) / 2, colour);
      }

      /** Fills a row with the colour. */
      void fill(byte[] row) {
        for (int i = 0; i < row.length; i += 3) {
          row[i] = (byte) (colour >> 16);
          row[i + 1] = (byte) (colour >> 8);
          row[i + 2] = (byte) colour;
        }
      }
    }

    /**
     * Which axis of a picture is resized first. The two orders differ by a few levels, because
     * values are rounded to bytes between the passes.
     *
     * <p>Pillow before 13.0.0 always resizes horizontally first. Pillow 13.0.0 resizes vertically
     * first if that shrinks the picture sooner. This rule was found by comparing both orders with
     * Pillow's results, for all filters; it affects pictures more than twice as high as wide.
     */
    enum PassOrder {
      HORIZONTAL_FIRST,
      VERTICAL_FIRST;

      static PassOrder of(int width, int height, int newWidth, int newHeight) {
        return height - newHeight > 2 * Math.max(0, width - newWidth)
            ? VERTICAL_FIRST
            : HORIZONTAL_FIRST;
      }
    }
  }
}
