package io.prumerge.image;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The views of one image: the whole of it, and, for models that look closer, a grid of tiles.
 *
 * @param width of the decoded image, in pixels
 * @param height of the decoded image
 * @param rows of tiles; 0 without tiles
 * @param cols tiles in a row; 0 without tiles
 * @param limit of what is seen of an image that keeps its own size, below the model's bounds
 */
public record ViewGrid(
    int width, int height, int rows, int cols, Optional<PictureLimit.OfTokens> limit) {

  /** An image that is seen whole only, where its size changes nothing. */
  public static final ViewGrid ONE_VIEW = whole(1, 1);

  /** Within the model's bounds. */
  public ViewGrid(int width, int height, int rows, int cols) {
    this(width, height, rows, cols, Optional.empty());
  }

  public ViewGrid {
    Objects.requireNonNull(limit, "limit is null");
    if (width < 1 || height < 1 || rows < 0 || cols < 0 || (rows == 0) != (cols == 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "No grid of %d x %d tiles over %dx%d pixels",
              rows,
              cols,
              width,
              height));
    }
  }

  /** Returns an image that is seen whole only. */
  public static ViewGrid whole(int width, int height) {
    return new ViewGrid(width, height, 0, 0);
  }

  /**
   * Returns an image that covers a grid of tiles; a grid of one tile shows what the whole view
   * does, so it is left out.
   */
  static ViewGrid covered(int width, int height, int rows, int cols) {
    return rows * cols == 1 ? whole(width, height) : new ViewGrid(width, height, rows, cols);
  }

  /** Returns this image where less is seen of it. */
  ViewGrid within(PictureLimit.OfTokens other) {
    return new ViewGrid(width, height, rows, cols, Optional.of(other));
  }

  public int tiles() {
    return rows * cols;
  }

  /** Returns the view of the whole image, and the tiles. */
  public int views() {
    return 1 + tiles();
  }
}
