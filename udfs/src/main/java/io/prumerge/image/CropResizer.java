package io.prumerge.image;

import io.prumerge.image.codec.RgbImage;
import java.util.Arrays;

/**
 * Pillow's two-pass resize (ImagingResample in Resample.c), or torch's with its weights, computed
 * only for a window of the result. Values are rounded to bytes between the passes. Positions of the
 * window outside the result are 0.
 *
 * <p>Memory: the window, one row of the padded picture and, if the horizontal pass comes first, as
 * many rows of the window's width as one output row needs. Neither the whole result nor the padded
 * picture is ever stored.
 */
public final class CropResizer {
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
  public CropResizer(RgbImage image, Padding padding, AxisWeights columns, AxisWeights rows) {
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
  public byte[] resize(PassOrder order) {
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
      Arrays.fill(sums, half(rows));
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
      clip(sums, rows.precision(), window, y * stride);
    }
    return window;
  }

  private byte[] verticalFirst() {
    byte[] window = new byte[rows.outputs() * paddingRow.length];
    int[] sums = new int[row.length];
    byte[] between = new byte[row.length];
    for (int y = 0; y < rows.outputs(); y++) {
      Arrays.fill(sums, half(rows));
      for (int j = 0; j < rows.count(y); j++) {
        if (!loadRow(rows.first(y) + j)) {
          padding.fill(row);
        }
        add(rows.weight(y, j), row, 0, sums);
      }
      clip(sums, rows.precision(), between, 0);
      resizeRow(between, 0, columns.outputs() - 1, window, y * paddingRow.length);
    }
    return window;
  }

  /**
   * Copies a row of the padded picture into {@link #row}. Returns false, and copies nothing, if the
   * row is only padding.
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
    int half = half(columns);
    int precision = columns.precision();
    for (int x = firstOutput; x <= lastOutput; x++) {
      int red = half;
      int green = half;
      int blue = half;
      int from = 3 * columns.first(x);
      int offset = columns.offset(x);
      for (int j = offset; j < offset + columns.count(x); j++, from += 3) {
        red += weights[j] * (source[from] & 0xff);
        green += weights[j] * (source[from + 1] & 0xff);
        blue += weights[j] * (source[from + 2] & 0xff);
      }
      target[at + 3 * x] = clip(red, precision);
      target[at + 3 * x + 1] = clip(green, precision);
      target[at + 3 * x + 2] = clip(blue, precision);
    }
  }

  private static void add(int weight, byte[] source, int from, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * (source[from + i] & 0xff);
    }
  }

  /** Returns one half in the fixed point of an axis, so that a sum is rounded. */
  private static int half(AxisWeights axis) {
    return 1 << (axis.precision() - 1);
  }

  private static void clip(int[] sums, int precision, byte[] target, int at) {
    for (int i = 0; i < sums.length; i++) {
      target[at + i] = clip(sums[i], precision);
    }
  }

  private static byte clip(int sum, int precision) {
    return (byte) Math.max(0, Math.min(255, sum >> precision));
  }
}
