package io.prumerge.image.size;

import io.prumerge.image.Area;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.lang.Text;
import java.util.List;

/**
 * The grids of tiles in which a model sees images, and which of them an image gets. Compared by
 * value, as the configurations that have one are.
 */
public interface Tiling {

  /**
   * The most tiles of a grid. Keeps the tokens of one image, and products of two sizes, in range.
   */
  int MOST_TILES = 100;

  /** Returns the side of one tile, in pixels. */
  int side();

  /** Returns the sizes of all grids, in pixels. */
  List<Resolution> resolutions();

  /** Returns the most views that an image may have. */
  int mostViews();

  /**
   * Returns the views of an image.
   *
   * @param width in pixels
   * @param height in pixels
   */
  ViewGrid grid(int width, int height);

  /**
   * Returns where an image lies on the grid of its tiles, in pixels of the tiles; the rest of the
   * grid is padding. Here the image is stretched over the whole grid.
   *
   * @param edge of one tile, in pixels
   */
  default Area placed(ViewGrid grid, int edge) {
    return new Area(0, 0, grid.cols() * edge, grid.rows() * edge);
  }

  /**
   * Returns this tiling without the grids of more tiles than a limit says.
   *
   * @throws IllegalArgumentException if no grid is left, or the limit does not count tiles, or the
   *     grids cannot be limited
   */
  Tiling within(PictureLimit limit);

  /**
   * Returns the most tiles that a limit allows.
   *
   * @param least tiles of the model's smallest grid
   * @throws IllegalArgumentException if the limit does not count tiles, or allows fewer
   */
  static int mostTiles(PictureLimit limit, int least) {
    if (!(limit instanceof PictureLimit.Tiles tiles)) {
      throw new IllegalArgumentException(
          "Cannot make a picture smaller to a number of tokens before a model that sees it in"
              + " tiles; give tiles=N");
    }
    if (tiles.most() < least) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot see pictures in %d tiles: the model's least grid has %d; give %d tiles or"
                  + " more",
              tiles.most(), least, least));
    }
    return tiles.most();
  }
}
