package io.prumerge.image.size;

import io.prumerge.image.PictureLimit;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The grids of images whose longer side gets a certain length, and both sides then the next
 * multiple of a tile's. An image is seen whole only where that is one tile: Idefics3's and
 * SmolVLM's (transformers 4.57.1, {@code image_processing_idefics3.py}).
 *
 * @param side of one tile in pixels
 * @param longest length that the longer side of an image gets, in pixels
 * @param splits whether there are tiles; else all images are seen whole only
 */
public record LongestEdgeTiling(int side, int longest, boolean splits) implements Tiling {

  /** The longest side of an image before it is split, in pixels. */
  private static final int MOST_EDGE = 4096;

  /** The most tiles along a side. */
  private static final int MOST_ALONG = (int) Math.sqrt(MOST_TILES);

  /**
   * @throws IllegalArgumentException if there would be too many tiles
   */
  public LongestEdgeTiling {
    if (longest < 1 || side < 1 || splits && along(side, longest) > MOST_ALONG) {
      throw new IllegalArgumentException(
          Text.format(
              "a longest_edge of %d pixels is not 1 to %d tiles of %d along a side",
              longest, MOST_ALONG, side));
    }
  }

  // The most tiles along a side: a square image's, whose second side is rounded up to be even.
  private static long along(int side, int longest) {
    return (longest + longest % 2L + side - 1) / side;
  }

  private int mostAlong() {
    return splits ? (int) along(side, longest) : 1;
  }

  @Override
  public List<Resolution> resolutions() {
    int most = mostAlong();
    return IntStream.range(0, most * most)
        .mapToObj(grid -> new Resolution((grid / most + 1) * side, (grid % most + 1) * side))
        .toList();
  }

  @Override
  public int mostViews() {
    return ViewGrid.covered(1, 1, mostAlong(), mostAlong()).views();
  }

  /**
   * Refuses every limit: an image's size decides on its grid.
   *
   * @throws IllegalArgumentException always
   */
  @Override
  public LongestEdgeTiling within(PictureLimit limit) {
    throw new IllegalArgumentException(
        "Cannot see pictures in fewer tiles: this model splits them by the length of their longer"
            + " side; set size.longest_edge in preprocessor_config.json");
  }

  /**
   * Returns the grid of both sides up to the next multiple of a tile's; the longer one first, whose
   * aspect the shorter one keeps up to that ({@code resize_for_vision_encoder}).
   */
  @Override
  public ViewGrid grid(int width, int height) {
    if (mostAlong() == 1) {
      return ViewGrid.whole(width, height);
    }
    Resolution size = enlarged(width, height);
    double aspect = (double) size.width() / size.height();
    if (size.width() >= size.height()) {
      int cols = tiles(size.width());
      return ViewGrid.covered(width, height, tiles((int) (cols * side / aspect)), cols);
    }
    int rows = tiles(size.height());
    return ViewGrid.covered(width, height, rows, tiles((int) (rows * side * aspect)));
  }

  private int tiles(int length) {
    return Math.max(1, (length + side - 1) / side);
  }

  /**
   * Returns the size of an image that is to be split, or seen whole: its longer side has the length
   * for that, 4096 at most, and the shorter one is even, rounded down before that ({@code
   * get_resize_output_image_size}). Enlarges, too.
   */
  public Resolution enlarged(int width, int height) {
    double aspect = (double) width / height;
    if (width >= height) {
      return limited((int) (longest / aspect), longest, true);
    }
    return limited(longest, (int) (longest * aspect), false);
  }

  // Which side of the result was the longer one decides which is made even.
  private static Resolution limited(int height, int width, boolean wide) {
    int rows = Math.max(1, wide ? height + height % 2 : height);
    int cols = Math.max(1, wide ? width : width + width % 2);
    double aspect = (double) cols / rows;
    if (cols >= rows && cols > MOST_EDGE) {
      return new Resolution(Math.max(1, (int) (MOST_EDGE / aspect)), MOST_EDGE);
    }
    return rows > cols && rows > MOST_EDGE
        ? new Resolution(MOST_EDGE, Math.max(1, (int) (MOST_EDGE * aspect)))
        : new Resolution(rows, cols);
  }
}
