package io.prumerge.image.size;

import io.prumerge.image.Area;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.List;

/**
 * The grids that a checkpoint lists ({@code image_grid_pinpoints}). An image gets the one that
 * shows most of it, and is resized to fit it, its aspect kept, centred: LLaVA-NeXT's and
 * LLaVA-OneVision's (transformers 4.57.1, {@code image_processing_llava_next.py}).
 *
 * @param resolutions in the checkpoint's order, which decides between equally good ones
 * @param side of one tile in pixels
 */
public record BestFitTiling(List<Resolution> resolutions, int side) implements Tiling {

  public BestFitTiling {
    resolutions = List.copyOf(resolutions);
    if (side < 1 || resolutions.isEmpty()) {
      throw new IllegalArgumentException("image_grid_pinpoints is empty");
    }
    for (Resolution size : resolutions) {
      boolean whole =
          size.height() > 0
              && size.width() > 0
              && size.height() % side == 0
              && size.width() % side == 0;
      if (!whole || (long) (size.height() / side) * (size.width() / side) > MOST_TILES) {
        throw new IllegalArgumentException(
            Text.format(
                "image_grid_pinpoints has [%d, %d], which is no grid of 1 to %d tiles of %d pixels",
                size.height(), size.width(), MOST_TILES, side));
      }
    }
  }

  private int tilesOf(Resolution size) {
    return size.height() / side * (size.width() / side);
  }

  @Override
  public int mostViews() {
    return 1 + resolutions.stream().mapToInt(this::tilesOf).max().orElseThrow();
  }

  @Override
  public BestFitTiling within(PictureLimit limit) {
    int least = resolutions.stream().mapToInt(this::tilesOf).min().orElseThrow();
    int most = Tiling.mostTiles(limit, least);
    return new BestFitTiling(
        resolutions.stream().filter(size -> tilesOf(size) <= most).toList(), side);
  }

  @Override
  public ViewGrid grid(int width, int height) {
    Resolution best = showingMost(width, height);
    return new ViewGrid(width, height, best.height() / side, best.width() / side);
  }

  /**
   * Returns the resolution that shows most of an image's pixels, of equally good ones that which
   * wastes least, and of these the first (transformers 4.57.1, {@code image_processing_utils},
   * {@code select_best_resolution}).
   */
  private Resolution showingMost(int width, int height) {
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
    return best;
  }

  /**
   * Returns an image's size on its grid: as large as fits, the aspect kept, the other side rounded
   * up ({@code get_patch_output_size} next to it).
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
   * Returns the image's area, centred, with padding around it ({@code _pad_for_patching} next to
   * it).
   */
  @Override
  public Area placed(ViewGrid grid, int edge) {
    Resolution size = fitted(grid, edge);
    int left = (grid.cols() * edge - size.width()) / 2;
    int top = (grid.rows() * edge - size.height()) / 2;
    return new Area(left, top, size.width(), size.height());
  }
}
