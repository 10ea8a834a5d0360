package io.prumerge.architecture;

/**
 * A grid of rows that becomes a smaller one by bilinear interpolation, with a learned row after
 * each of its lines.
 *
 * @param before rows before the grid, which stay
 * @param rows of the grid
 * @param cols of it
 * @param toRows of the smaller one
 * @param toCols of it
 */
public record SmallerGrid(int before, int rows, int cols, int toRows, int toCols) {

  int nearest(int token) {
    int row = token / (toCols + 1);
    int col = token % (toCols + 1);
    return col == toCols
        ? SequenceLayout.NEWLINE
        : before + nearest(row, rows, toRows) * cols + nearest(col, cols, toCols);
  }

  private static int nearest(int place, int length, int to) {
    return (int) ((2L * place + 1) * length / (2L * to));
  }
}
