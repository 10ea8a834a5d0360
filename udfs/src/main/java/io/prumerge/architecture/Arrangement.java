package io.prumerge.architecture;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the rows of an image's views become one sequence.
 *
 * @param order indices of the rows, one view after the other, or {@link SequenceLayout#NEWLINE}
 * @param smaller a grid among the rows that is made smaller; empty where they are the sequence
 * @param runs tokens of each run: between two runs the prompt has text
 */
public record Arrangement(int[] order, Optional<SmallerGrid> smaller, List<Integer> runs) {

  public Arrangement {
    runs = List.copyOf(runs);
    int tokens = runs.stream().mapToInt(Integer::intValue).sum();
    if (tokens != tokens(order, smaller)) {
      throw new IllegalArgumentException(
          "Runs of " + runs + " tokens are not the " + tokens(order, smaller) + " of a sequence");
    }
  }

  /** Rows that stay as they are, in one run. */
  public Arrangement(int[] order) {
    this(order, Optional.empty());
  }

  /** Rows in one run, a grid of which is made smaller. */
  public Arrangement(int[] order, Optional<SmallerGrid> smaller) {
    this(order, smaller, List.of(tokens(order, smaller)));
  }

  /** Rows that stay as they are, in runs. */
  public Arrangement(int[] order, List<Integer> runs) {
    this(order, Optional.empty(), runs);
  }

  /** Returns the tokens of the sequence. */
  public int tokens() {
    return tokens(order, smaller);
  }

  private static int tokens(int[] order, Optional<SmallerGrid> smaller) {
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
