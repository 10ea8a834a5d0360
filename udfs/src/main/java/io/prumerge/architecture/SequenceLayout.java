package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import java.util.List;
import java.util.Optional;

/**
 * The part between connector and decoder: how the rows of an image's views become one sequence, in
 * the place of the prompt's image token.
 */
public interface SequenceLayout extends PartWeights {

  /** In an {@link Arrangement}, a row that is learned instead of coming from the image. */
  int NEWLINE = -1;

  /** Returns the most views that one picture may have; a video has as many as it has frames. */
  int mostViews();

  /** Returns the most tokens that one picture may have. */
  int mostTokens();

  /** Returns the struct of the learned row, if the layout has one. */
  Optional<WeightBlock> newline();

  /**
   * Returns the arrangement of all rows of an image in its sequence; empty if they are in order.
   */
  Optional<Arrangement> all(ViewGrid grid);

  /**
   * Returns the arrangement of the tokens that a method left in the image's sequence; empty if they
   * are in order.
   *
   * @param views how each view's tokens were made, in the order of the views
   */
  Optional<Arrangement> reduced(ViewGrid grid, List<ViewTokens> views);

  /**
   * Returns of each row of an image's views, one view after the other, its place in the sequence of
   * {@link #all}; of a row that is not there, because it shows padding or the grid is made smaller,
   * that of the nearest one which is.
   */
  int[] places(ViewGrid grid);

  /**
   * Returns the places in the sequence of {@link #all} of the learned rows that {@link #reduced}
   * has; mostly none, as a method leaves none.
   */
  default int[] learned(ViewGrid grid) {
    return new int[0];
  }

  /**
   * Returns the rows of the sequence that each image takes.
   *
   * @param images tokens of each
   */
  default List<Integer> inSequence(List<Integer> images) {
    return images;
  }

  @Override
  default List<WeightBlock> blocks() {
    return newline().map(List::of).orElse(List.of());
  }
}
