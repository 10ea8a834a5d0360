package io.prumerge.architecture;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the rows of an image's views become one sequence.
 *
 * @param order indices of the rows, one view after the other, or {@link SequenceLayout#NEWLINE}
 * @param smaller a grid among the rows that is made smaller; empty where they are the sequence
 */
public record Arrangement(int[] order, Optional<Smaller> smaller) {

  /** Rows that stay as they are. */
  public Arrangement(int[] order) {
    this(order, Optional.empty());
  }

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
  public record Smaller(int before, int rows, int cols, int toRows, int toCols) {

    private int nearest(int token) {
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

  /** Returns the tokens of the sequence. */
  public int tokens() {
    return smaller
        .map(grid -> grid.before() + grid.toRows() * (grid.toCols() + 1))
        .orElse(order.length);
  }

  /** Returns the row that each token is, or the one at its centre; as {@link #order}. */
  public int[] sources() {
    return smaller
        .map(
            grid ->
                IntStream.concat(
                        IntStream.range(0, grid.before()),
                        IntStream.range(0, tokens() - grid.before()).map(grid::nearest))
                    .map(place -> place == SequenceLayout.NEWLINE ? place : order[place])
                    .toArray())
        .orElse(order);
  }
}
