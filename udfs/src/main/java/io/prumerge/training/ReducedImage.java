package io.prumerge.training;

import io.prumerge.reduction.Stage;
import java.io.Serializable;
import java.util.stream.IntStream;

/**
 * The visual tokens that a method left of an image: what a training needs of it, computed once.
 *
 * @param stage where they were taken: before the connector, through which a training then leads
 *     them, or after it
 * @param rows their number, at least 1
 * @param width of each: the tower's features before the connector, the decoder's after it
 * @param values row by row [rows x width]; not copied, and not to be changed
 * @param positions of the rows in the decoder, from 0 at the image's first one; likewise
 * @param span how many positions the image takes there: the text goes on after them
 */
public record ReducedImage(
    Stage stage, int rows, int width, float[] values, int[] positions, int span)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Tokens that close up. */
  public ReducedImage(Stage stage, int rows, int width, float[] values) {
    this(stage, rows, width, values, IntStream.range(0, rows).toArray(), rows);
  }

  public ReducedImage {
    if (positions.length != rows) {
      throw new IllegalArgumentException(
          "Cannot put " + rows + " tokens at " + positions.length + " positions");
    }
    if (rows < 1 || width < 1 || values.length != (long) rows * width) {
      throw new IllegalArgumentException(
          "Cannot take " + values.length + " values as " + rows + " tokens of width " + width);
    }
  }
}
