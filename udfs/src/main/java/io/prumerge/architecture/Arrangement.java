package io.prumerge.architecture;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the rows of an image's views become one sequence.
 *
 * @param order indices of the rows, one view after the other, or {@link SequenceLayout#NEWLINE}
 * @param smaller a grid among the rows that is made smaller; empty where they are the sequence
 */
public record Arrangement(int[] order, Optional<SmallerGrid> smaller) {

  /** Rows that stay as they are. */
  public Arrangement(int[] order) {
    this(order, Optional.empty());
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
