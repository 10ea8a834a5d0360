package io.prumerge.image;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The grids of tiles of LLaVA-NeXT and LLaVA-OneVision ({@code image_grid_pinpoints}), and which of
 * them an image gets.
 *
 * @param resolutions in the checkpoint's order, which decides between equally good ones
 * @param side of one tile in pixels
 * @param most whole tiles of which the language model gets every patch; a larger grid's patches are
 *     made fewer (LLaVA-OneVision's {@code anyres_max}). Empty without a limit
 */
public record Tiling(List<Resolution> resolutions, int side, OptionalInt most) {

  /** Keeps the tokens of one image, and products of two sizes, in range. */
  private static final int MOST_TILES = 100;

  /** A picture's size in pixels. */
  public record Resolution(int height, int width) {}

  /** Without a limit, as LLaVA-NeXT. */
  public Tiling(List<Resolution> resolutions, int side) {
    this(resolutions, side, OptionalInt.empty());
  }

  public Tiling {
    Objects.requireNonNull(resolutions, "resolutions is null");
    Objects.requireNonNull(most, "most is null");
    resolutions = List.copyOf(resolutions);
    if (side < 1 || resolutions.isEmpty()) {
      throw new IllegalArgumentException("image_grid_pinpoints is empty");
    }
    if (most.isPresent() && (most.getAsInt() < 1 || most.getAsInt() > MOST_TILES)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a limit of %d tiles is not within 1 to %d",
              most.getAsInt(),
              MOST_TILES));
    }
    for (Resolution size : resolutions) {
      boolean whole =
          size.height() > 0
              && size.width() > 0
              && size.height() % side == 0
              && size.width() % side == 0;
      if (!whole || (long) (size.height() / side) * (size.width() / side) > MOST_TILES) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "image_grid_pinpoints has [%d, %d], which is no grid of 1 to %d tiles of %d pixels",
                size.height(),
                size.width(),
                MOST_TILES,
                side));
      }
    }
  }

  /** Returns the most views that an image may have. */
  public int mostViews() {
    return resolutions.stream()
        .mapToInt(size -> 1 + size.height() / side * (size.width() / side))
        .max()
        .orElseThrow();
  }

  /**
   * Returns the grid of an image: the resolution that shows most of its pixels, of equally good
   * ones that which wastes least, and of these the first (transformers 4.57.1, {@code
   * image_processing_utils}, {@code select_best_resolution}).
   */
  public ViewGrid grid(int width, int height) {
    Resolution best = null;
    long mostShown = 0;
    long leastWasted = Long.MAX_VALUE;
    for (Resolution size : resolutions) {
      double scale = Math.min((double) size.width() / width, (double) size.height() / height);
      long fitted = (long) (int) (width * scale) * (int) (height * scale);
      long shown = Math.min(fitted, (long) width * height);
      long wasted = (long) size.width() * size.height() - shown;
      if (shown > mostShown || shown == mostShown && wasted < leastWasted) {
        mostShown = shown;
        leastWasted = wasted;
        best = size;
      }
    }
    return new ViewGrid(width, height, best.height() / side, best.width() / side);
  }

  /**
   * Returns an image's size on its grid: as large as fits, the aspect kept, the other side rounded
   * up ({@code get_patch_output_size} beside it).
   *
   * @param edge of one tile, in pixels
   */
  private static Resolution fitted(ViewGrid grid, int edge) {
    int height = grid.rows() * edge;
    int width = grid.cols() * edge;
    double across = (double) width / grid.width();
    double down = (double) height / grid.height();
    return across < down
        ? new Resolution(Math.min((int) Math.ceil(grid.height() * across), height), width)
        : new Resolution(height, Math.min((int) Math.ceil(grid.width() * down), width));
  }

  /**
   * Returns where an image lies on the grid of its tiles, in pixels of the tiles: as large as fits,
   * centred ({@code _pad_for_patching} beside it). What is left of the grid is padding.
   *
   * @param edge of one tile, in pixels
   */
  public static Area placed(ViewGrid grid, int edge) {
    Resolution size = fitted(grid, edge);
    int left = (grid.cols() * edge - size.width()) / 2;
    int top = (grid.rows() * edge - size.height()) / 2;
    return new Area(left, top, size.width(), size.height());
  }
}
