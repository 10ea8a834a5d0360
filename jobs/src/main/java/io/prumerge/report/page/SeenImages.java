package io.prumerge.report.page;

import io.prumerge.cost.ModelShape;
import io.prumerge.image.Area;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.size.Tiling;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How a run's model sees images.
 *
 * @param aspect how it fits them to its square input
 * @param side patches in a row of a view; empty if it is not known
 * @param tiling its grids of tiles; empty if it has none or they are not known
 */
public record SeenImages(ImageAspect aspect, Optional<Integer> side, Optional<Tiling> tiling) {

  /**
   * @param aspect as the run's manifest names it; if it is unknown, the whole image is shown
   */
  public static SeenImages of(String aspect, Optional<ModelShape> shape, Optional<Tiling> tiling) {
    boolean square = !aspect.equals("native");
    return new SeenImages(
        switch (aspect) {
          case "crop" -> ImageAspect.CROP;
          case "anyres" -> ImageAspect.ANYRES;
          case "stretch" -> ImageAspect.STRETCH;
          case "native" -> ImageAspect.NATIVE;
          default -> ImageAspect.PAD;
        },
        shape.filter(known -> square).map(known -> PatchPath.side(known.tower().patches())),
        tiling);
  }

  /**
   * Returns how frames of videos are shown: stretched to the square that a model sees; whole where
   * it sees them at their own sizes, or this is not known.
   */
  public ImageAspect ofFrames() {
    return aspect == ImageAspect.NATIVE || aspect == ImageAspect.PAD ? aspect : ImageAspect.STRETCH;
  }

  private boolean tiled() {
    return aspect == ImageAspect.ANYRES;
  }

  /** Returns why kept patches cannot be drawn; empty if they can, or if nothing was dropped. */
  public String gap(Integer before, int width, int height, Optional<List<Integer>> kept) {
    if (kept.isEmpty() || !gap().isEmpty()) {
      return kept.isEmpty() ? "" : gap();
    }
    int own = tiled() ? side.orElseThrow() : before == null ? 0 : PatchPath.side(before);
    int views = tiled() ? 1 + tiling.orElseThrow().grid(width, height).tiles() : 1;
    long patches = (long) views * own * own;
    return own == 0
            || kept.get().stream().allMatch(patch -> patch != null && patch >= 0 && patch < patches)
        ? ""
        : "Kept patches are not drawn: the predictions name some that the picture has not.";
  }

  String gap() {
    if (aspect == ImageAspect.NATIVE) {
      return "Kept patches are not drawn: each picture has its own number of them.";
    }
    return tiled() && (tiling.isEmpty() || side.isEmpty())
        ? "Kept patches are not drawn: the model's folder, which says where its tiles lie, is gone"
            + " or has changed."
        : "";
  }

  /**
   * Returns the views of an image with the patches that are dropped.
   *
   * @param before tokens before any reduction, those of a single view's patches; null if unknown
   * @param kept patches, numbered through all views; empty if nothing was dropped
   */
  public List<CardView> views(Integer before, int width, int height, Optional<List<Integer>> kept) {
    Optional<List<Integer>> drawn =
        gap(before, width, height, kept).isEmpty() ? kept : Optional.empty();
    if (aspect == ImageAspect.NATIVE) {
      return List.of(PatchViews.whole(1, Optional.empty()));
    }
    if (tiled()) {
      return gap().isEmpty()
          ? PatchViews.tiled(tiling.orElseThrow(), width, height, side.orElseThrow(), drawn)
          : List.of(PatchViews.whole(1, Optional.empty()));
    }
    int patches = before == null ? 0 : PatchPath.side(before);
    return List.of(
        patches > 0 ? PatchViews.whole(patches, drawn) : PatchViews.whole(1, Optional.empty()));
  }

  /** An image's views with the patches that a method drops of each, as a card draws them. */
  static final class PatchViews {

    /** Pixels of a tile's edge, to place the image on: finer than a screen shows. */
    private static final int FINE = 1008;

    private PatchViews() {}

    /**
     * Returns the one view of an image, or the whole image where a model also sees tiles.
     *
     * @param side patches in a row
     * @param kept patches that stay; empty if nothing was dropped
     */
    static CardView whole(int side, Optional<? extends Collection<Integer>> kept) {
      return new CardView(
          side,
          side,
          Text.format("scale(%d)", side),
          kept.map(stays -> PatchPath.dropped(side, side, stays)).orElse(""),
          "");
    }

    /**
     * Returns the whole image, and its tiles side by side, where it has some, with the padding
     * around the image left free.
     *
     * @param width of the image
     * @param height of it
     * @param side patches in a row of one view
     * @param kept patches that stay, numbered through all views; empty if nothing was dropped
     */
    static List<CardView> tiled(
        Tiling tiling, int width, int height, int side, Optional<List<Integer>> kept) {
      ViewGrid grid = tiling.grid(width, height);
      int patches = side * side;
      Optional<List<Integer>> ofWhole =
          kept.map(stays -> stays.stream().filter(patch -> patch < patches).toList());
      Optional<List<Integer>> ofTiles =
          kept.map(
              stays ->
                  stays.stream()
                      .filter(patch -> patch >= patches)
                      .map(patch -> place(patch, grid, side))
                      .toList());
      CardView whole = whole(side, ofWhole);
      return grid.tiles() == 0
          ? List.of(whole)
          : List.of(whole, tiles(grid, tiling.placed(grid, FINE), side, ofTiles));
    }

    private static CardView tiles(
        ViewGrid grid, Area placed, int side, Optional<List<Integer>> kept) {
      int rows = grid.rows() * side;
      int cols = grid.cols() * side;
      double unit = (double) side / FINE;
      return new CardView(
          cols,
          rows,
          Text.format(
              "translate(%.3f %.3f) scale(%.3f %.3f)",
              placed.left() * unit,
              placed.top() * unit,
              placed.width() * unit,
              placed.height() * unit),
          kept.map(stays -> PatchPath.dropped(rows, cols, stays)).orElse(""),
          borders(grid, side));
    }

    /** Returns a patch's place on the grid of all tiles, row by row. */
    private static int place(int patch, ViewGrid grid, int side) {
      int tile = patch / (side * side) - 1;
      int own = patch % (side * side);
      int row = tile / grid.cols() * side + own / side;
      return row * grid.cols() * side + tile % grid.cols() * side + own % side;
    }

    /** Returns the lines between tiles. */
    private static String borders(ViewGrid grid, int side) {
      List<String> lines = new ArrayList<>();
      for (int row = 1; row < grid.rows(); row++) {
        lines.add(Text.format("M0 %dh%d", row * side, grid.cols() * side));
      }
      for (int col = 1; col < grid.cols(); col++) {
        lines.add(Text.format("M%d 0v%d", col * side, grid.rows() * side));
      }
      return String.join("", lines);
    }
  }

  /** Patches of a grid as an SVG path. */
  static final class PatchPath {

    private PatchPath() {}

    /** Returns the side of a square grid with this number of patches; 0 if it is not a square. */
    static int side(int patches) {
      int side = (int) Math.round(Math.sqrt(patches));
      return side * side == patches ? side : 0;
    }

    /**
     * Returns rectangles over all dropped patches, in units of a patch.
     *
     * @param kept numbers in raster order from 0; must be within the grid
     */
    static String dropped(int rows, int cols, Collection<Integer> kept) {
      boolean[] stays = new boolean[rows * cols];
      kept.forEach(patch -> stays[patch] = true);
      StringBuilder path = new StringBuilder();
      for (int y = 0; y < rows; y++) {
        int x = 0;
        while (x < cols) {
          int from = x;
          while (x < cols && !stays[y * cols + x]) {
            x++;
          }
          if (x > from) {
            path.append(Text.format("M%d %dh%dv1h-%dz", from, y, x - from, x - from));
          } else {
            x++;
          }
        }
      }
      return path.toString();
    }
  }
}
