package io.prumerge.reduction;

import java.util.Arrays;

/**
 * The tiles of an image and its sequence before any reduction, as LLaVA-NeXT lays it out.
 *
 * @param columns tiles in a row
 * @param sequence patches of all views, numbered one view after the other, or {@link #LEARNED};
 *     those that show padding are not among them
 */
public record Tiles(int columns, int[] sequence) {

  /** A learned row, in place of a patch. */
  public static final int LEARNED = -1;

  /** Returns the patches of the sequence, without its learned rows. */
  public int[] patches() {
    return Arrays.stream(sequence).filter(row -> row != LEARNED).toArray();
  }
}
