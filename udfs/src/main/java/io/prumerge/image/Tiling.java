package io.prumerge.image;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The grids of tiles of LLaVA-NeXT and LLaVA-OneVision ({@code image_grid_pinpoints}), InternVL
 * ({@code min_patches}, {@code max_patches}), or Idefics3 and SmolVLM ({@code longest_edge}), and
 * which of them an image gets.
 *
 * @param resolutions in the checkpoint's order, which decides between equally good ones
 * @param side of one tile in pixels
 * @param fit how an image lies on its grid
 * @param longest length that the longer side of an image gets before it is split; empty where
 *     images are not
 */
public record Tiling(List<Resolution> resolutions, int side, Fit fit, OptionalInt longest) {

  /**
   * The most tiles of a grid. Keeps the tokens of one image, and products of two sizes, in range.
   */
  public static final int MOST_TILES = 100;

  /** The longest side of an image before it is split. */
  private static final int MOST_EDGE = 4096;

  /** How an image lies on its grid of tiles, and which grid it gets for that. */
  public enum Fit {
    /** As large as fits, the aspect kept; on the grid that shows most of it. */
    CENTRED,
    /** Over the whole grid, whatever its aspect; on the grid of the nearest one. */
    STRETCHED,
    /** Over the whole grid that it needs once its longer side has a certain length. */
    SPLIT
  }

  /** With images that are not split. */
  private Tiling(List<Resolution> resolutions, int side, Fit fit) {
    this(resolutions, side, fit, OptionalInt.empty());
  }

  /** With images centred, as LLaVA-NeXT and LLaVA-OneVision. */
  public Tiling(List<Resolution> resolutions, int side) {
    this(resolutions, side, Fit.CENTRED);
  }

  /**
   * Returns InternVL's tiling: all grids of {@code least} to {@code most} tiles, to which images
   * are stretched (transformers 4.57.1, {@code image_processing_got_ocr2.py}).
   *
   * @throws IllegalArgumentException if there is no such grid
   */
  public static Tiling stretched(int side, int least, int most) {
    if (least < 1 || most < least || most > MOST_TILES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d to %d tiles are not within 1 to %d; mend min_patches and max_patches",
              least,
              most,
              MOST_TILES));
    }
    List<Resolution> grids =
        IntStream.rangeClosed(1, most)
            .boxed()
            .flatMap(
                cols ->
                    IntStream.rangeClosed(1, most / cols)
                        .filter(rows -> rows * cols >= least)
                        .mapToObj(rows -> new Resolution(rows * side, cols * side)))
            .sorted(Comparator.comparingInt(size -> size.height() / side * (size.width() / side)))
            .toList();
    return new Tiling(grids, side, Fit.STRETCHED);
  }

  /**
   * Returns Idefics3's and SmolVLM's: an image's longer side gets a length, then both the next
   * multiple of a tile's (transformers 4.57.1, {@code image_processing_idefics3.py}).
   *
   * @param splits whether there are tiles; else all images are seen whole only
   * @throws IllegalArgumentException if there would be too many tiles
   */
  public static Tiling split(int side, int longest, boolean splits) {
    long shorter = longest + longest % 2L; // it becomes even
    int most = splits && side > 0 ? (int) ((shorter + side - 1) / side) : 1;
    if (longest < 1 || side < 1 || (long) most * most > MOST_TILES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a longest_edge of %d pixels is not 1 to %d tiles of %d along a side",
              longest,
              (int) Math.sqrt(MOST_TILES),
              side));
    }
    List<Resolution> grids =
        IntStream.range(0, most * most)
            .mapToObj(grid -> new Resolution((grid / most + 1) * side, (grid % most + 1) * side))
            .toList();
    return new Tiling(grids, side, Fit.SPLIT, OptionalInt.of(longest));
  }

  private static int ceiling(int length, int side) {
    return (length + side - 1) / side;
  }

  public Tiling {
    Objects.requireNonNull(longest, "longest is null");
    Objects.requireNonNull(fit, "fit is null");
    Objects.requireNonNull(resolutions, "resolutions is null");
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

  /**
   * Returns this tiling without the grids of more tiles than a limit says.
   *
   * @throws IllegalArgumentException if none is left, or images are split, or the limit is none of
   *     tiles
   */
  public Tiling within(PictureLimit limit) {
    if (fit == Fit.SPLIT) {
      throw new IllegalArgumentException(
          "Cannot see pictures in fewer tiles: this model splits them by the length of their longer"
              + " side; set size.longest_edge in preprocessor_config.json");
    }
    if (!(limit instanceof PictureLimit.Tiles tiles)) {
      throw new IllegalArgumentException(
          "Cannot make a picture smaller to a number of tokens before a model that sees it in"
              + " tiles; give tiles=N");
    }
    List<Resolution> fewer =
        resolutions.stream().filter(size -> tilesOf(size) <= tiles.most()).toList();
    if (fewer.isEmpty()) {
      int least = resolutions.stream().mapToInt(this::tilesOf).min().orElseThrow();
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot see pictures in %d tiles: the model's least grid has %d; give %d tiles or"
                  + " more",
              tiles.most(),
              least,
              least));
    }
    return new Tiling(fewer, side, fit, longest);
  }

  private int tilesOf(Resolution size) {
    return size.height() / side * (size.width() / side);
  }

  /** Returns the most views that an image may have. */
  public int mostViews() {
    return resolutions.stream().mapToInt(size -> on(size, 1, 1).views()).max().orElseThrow();
  }

  /** Returns the grid of an image. */
  public ViewGrid grid(int width, int height) {
    Resolution best =
        switch (fit) {
          case CENTRED -> showingMost(width, height);
          case STRETCHED -> nearestAspect(width, height);
          case SPLIT -> split(enlarged(width, height));
        };
    return on(best, width, height);
  }

  /**
   * Returns the size of an image that is to be split, or seen whole: its longer side has the length
   * for that, 4096 at most, and the shorter one is even, rounded down before that ({@code
   * get_resize_output_image_size}). Enlarges, too.
   */
  public Resolution enlarged(int width, int height) {
    int edge = longest.orElseThrow();
    double aspect = (double) width / height;
    if (width >= height) {
      return limited((int) (edge / aspect), edge, true);
    }
    return limited(edge, (int) (edge * aspect), false);
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

  // Both sides up to the next multiple of a tile's; the longer one first, whose aspect the shorter
  // one keeps up to that (resize_for_vision_encoder).
  private Resolution split(Resolution size) {
    if (resolutions.size() == 1) {
      return resolutions.get(0);
    }
    double aspect = (double) size.width() / size.height();
    if (size.width() >= size.height()) {
      int cols = ceiling(size.width(), side);
      return new Resolution(tiles((int) (cols * side / aspect)) * side, cols * side);
    }
    int rows = ceiling(size.height(), side);
    return new Resolution(rows * side, tiles((int) (rows * side * aspect)) * side);
  }

  private int tiles(int length) {
    return Math.max(1, ceiling(length, side));
  }

  // A stretched image on one tile is the whole image.
  private ViewGrid on(Resolution size, int width, int height) {
    int rows = size.height() / side;
    int cols = size.width() / side;
    return fit != Fit.CENTRED && rows * cols == 1
        ? ViewGrid.whole(width, height)
        : new ViewGrid(width, height, rows, cols);
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
   * Returns the resolution whose aspect is nearest to an image's; of equally near ones the last of
   * those that are smaller than twice the image, else the first (transformers 4.57.1, {@code
   * image_processing_got_ocr2.py}, {@code get_optimal_tiled_canvas}).
   */
  private Resolution nearestAspect(int width, int height) {
    double aspect = (double) width / height;
    Resolution best = null;
    double least = Double.POSITIVE_INFINITY;
    for (Resolution size : resolutions) {
      double off = Math.abs(aspect - (double) (size.width() / side) / (size.height() / side));
      boolean small = 2L * width * height > (long) size.width() * size.height();
      if (off < least || off == least && small) {
        least = off;
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
   * Returns where an image lies on the grid of its tiles, in pixels of the tiles: stretched, or as
   * large as fits, centred ({@code _pad_for_patching} next to it). What is left of the grid is
   * padding.
   *
   * @param edge of one tile, in pixels
   */
  public Area placed(ViewGrid grid, int edge) {
    if (fit != Fit.CENTRED) {
      return new Area(0, 0, grid.cols() * edge, grid.rows() * edge);
    }
    Resolution size = fitted(grid, edge);
    int left = (grid.cols() * edge - size.width()) / 2;
    int top = (grid.rows() * edge - size.height()) / 2;
    return new Area(left, top, size.width(), size.height());
  }
}
