package io.prumerge.training;

import io.prumerge.reduction.Stage;
import java.io.Serializable;

/**
 * The visual tokens that a method left of an image: what a training needs of it, computed once.
 *
 * @param stage where they were taken: before the connector, through which a training then leads
 *     them, or behind it
 * @param rows their number, at least 1
 * @param width of each: the tower's features before the connector, the decoder's behind it
 * @param values row by row [rows x width]; not copied, and not to be changed
 */
public record ReducedImage(Stage stage, int rows, int width, float[] values)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  public ReducedImage {
    if (rows < 1 || width < 1 || values.length != (long) rows * width) {
      throw new IllegalArgumentException(
          "Cannot take " + values.length + " values as " + rows + " tokens of width " + width);
    }
  }
}
