package io.prumerge.image.size;

import io.prumerge.image.PictureLimit;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All grids of a number of tiles within bounds. An image is stretched over the one whose aspect is
 * nearest to its own, and is seen whole only where that is one tile: InternVL's (transformers
 * 4.57.1, {@code image_processing_got_ocr2.py}).
 *
 * @param side of one tile in pixels
 * @param least tiles of a grid ({@code min_patches})
 * @param most tiles of a grid ({@code max_patches})
 */
public record NearestAspectTiling(int side, int least, int most) implements Tiling {

  /**
   * @throws IllegalArgumentException if there is no such grid
   */
  public NearestAspectTiling {
    if (least < 1 || most < least || most > MOST_TILES) {
      throw new IllegalArgumentException(
          Text.format(
              "%d to %d tiles are not within 1 to %d; mend min_patches and max_patches",
              least, most, MOST_TILES));
    }
  }

  /** Returns the sizes of all grids: fewer tiles first, then narrower ones. */
  @Override
  public List<Resolution> resolutions() {
    return IntStream.rangeClosed(least, most)
        .boxed()
        .flatMap(
            tiles ->
                IntStream.rangeClosed(1, tiles)
                    .filter(cols -> tiles % cols == 0)
                    .mapToObj(cols -> new Resolution(tiles / cols * side, cols * side)))
        .toList();
  }

  @Override
  public int mostViews() {
    return ViewGrid.covered(1, 1, 1, most).views();
  }

  @Override
  public NearestAspectTiling within(PictureLimit limit) {
    return new NearestAspectTiling(side, least, Math.min(most, Tiling.mostTiles(limit, least)));
  }

  /**
   * Returns the grid whose aspect is nearest to an image's; of equally near ones the last of those
   * that are smaller than twice the image, else the first ({@code get_optimal_tiled_canvas}).
   */
  @Override
  public ViewGrid grid(int width, int height) {
    double aspect = (double) width / height;
    Resolution best = null;
    double nearest = Double.POSITIVE_INFINITY;
    for (Resolution size : resolutions()) {
      double off = Math.abs(aspect - (double) (size.width() / side) / (size.height() / side));
      boolean small = 2L * width * height > (long) size.width() * size.height();
      if (off < nearest || off == nearest && small) {
        nearest = off;
        best = size;
      }
    }
    return ViewGrid.covered(width, height, best.height() / side, best.width() / side);
  }
}
