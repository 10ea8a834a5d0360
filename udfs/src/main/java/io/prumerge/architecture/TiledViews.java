package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.Tiling;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * How the tiles of LLaVA-NeXT are laid out ({@code spatial_unpad}; transformers 4.57.1, {@code
 * modeling_llava_next.py}, {@code pack_image_features}): the rows of the whole image, then those of
 * its tiles in the raster order of the whole grid, without those that show padding, a learned row
 * after each line.
 *
 * <p>LLaVA-OneVision's is the same ({@code anyres_max}; {@code modeling_llava_onevision.py}) up to
 * 1.1<sup>2</sup> times as many rows of tiles as {@link #most} whole ones have. A larger grid is
 * made smaller by bilinear interpolation, so that about as many are left.
 *
 * <p>An image without tiles, as LLaVA-OneVision sees each of several in a prompt, has one learned
 * row after its own.
 *
 * <p>What a method left has neither learned rows nor is padding taken away, so that it has as many
 * tokens as the method says. The tokens of tiles stand in the raster order of the whole grid where
 * each is a patch and each tile's are in raster order; otherwise tile by tile. So do the authors of
 * VisPruner (Theia-4869/VisPruner aefa01a) and HiPrune (Danielement321/HiPrune 6e83a12), in their
 * {@code llava_arch.py}.
 *
 * @param tiling which grids there are
 * @param most whole tiles of which the language model gets every patch; empty without a limit
 * @param side patches in a row of one view
 * @param width hidden size of the decoder
 */
public record TiledViews(Tiling tiling, OptionalInt most, int side, long width)
    implements SequenceLayout {

  /** The struct of the learned row. */
  public static final WeightStruct ROW = WeightStruct.of("Newline", "row");

  /** The learned row's name in the checkpoint. */
  public static final String NEWLINE_ROW = "image_newline";

  /** How much longer than allowed a grid may be before it is made smaller. */
  private static final double TOLERANCE = 1.1;

  /** transformers rounds a length to so many decimals before it cuts the rest off. */
  private static final int DECIMALS = 7;

  @Override
  public int mostViews() {
    return tiling.mostViews();
  }

  @Override
  public int mostTokens() {
    return tiling.resolutions().stream()
        .map(size -> tiling.grid(size.width(), size.height()))
        .flatMapToInt(grid -> unpadded(grid.rows() * side, grid.cols() * side))
        .max()
        .orElseThrow();
  }

  // Tokens of all sizes that a grid has without padding on either pair of sides.
  private IntStream unpadded(int rows, int cols) {
    return IntStream.concat(
        IntStream.iterate(rows, left -> left > 0, left -> left - 2).map(left -> tokens(left, cols)),
        IntStream.iterate(cols, left -> left > 0, left -> left - 2)
            .map(left -> tokens(rows, left)));
  }

  private int tokens(int rows, int cols) {
    int whole = side * side;
    return smaller(rows, cols)
        .map(grid -> whole + grid.toRows() * (grid.toCols() + 1))
        .orElse(whole + rows * (cols + 1));
  }

  /** Returns the learned row of a decoder of this width. */
  public static WeightBlock newline(long width) {
    return ROW.block("", List.of(Weight.other("row", NEWLINE_ROW, width)));
  }

  @Override
  public Optional<WeightBlock> newline() {
    return Optional.of(newline(width));
  }

  /**
   * The part of a grid of tiles that shows the picture.
   *
   * @param above lines of padding before it, and as many after it
   * @param beside columns of padding, likewise
   */
  private record Shown(int rows, int cols, int above, int beside) {
    int lines() {
      return rows - 2 * above;
    }

    int columns() {
      return cols - 2 * beside;
    }
  }

  private Shown shown(ViewGrid grid) {
    int rows = grid.rows() * side;
    int cols = grid.cols() * side;
    boolean wide = (double) grid.width() / grid.height() > (double) cols / rows;
    int above = wide ? padding(grid.height() * ((double) cols / grid.width()), rows) : 0;
    int beside = wide ? 0 : padding(grid.width() * ((double) rows / grid.height()), cols);
    return new Shown(rows, cols, above, beside);
  }

  @Override
  public Optional<Arrangement> all(ViewGrid grid) {
    IntStream.Builder order = IntStream.builder();
    IntStream.range(0, side * side).forEach(order::add);
    if (grid.tiles() == 0) {
      order.add(NEWLINE);
      return Optional.of(new Arrangement(order.build().toArray()));
    }
    Shown shown = shown(grid);
    Optional<SmallerGrid> smaller = smaller(shown.lines(), shown.columns());
    for (int row = shown.above(); row < shown.rows() - shown.above(); row++) {
      for (int col = shown.beside(); col < shown.cols() - shown.beside(); col++) {
        order.add(place(grid, row, col));
      }
      if (smaller.isEmpty()) {
        order.add(NEWLINE);
      }
    }
    return Optional.of(new Arrangement(order.build().toArray(), smaller));
  }

  @Override
  public int[] places(ViewGrid grid) {
    int whole = side * side;
    int[] places = new int[whole * (1 + grid.tiles())];
    Arrays.setAll(places, row -> row);
    if (grid.tiles() == 0) {
      return places;
    }
    Shown shown = shown(grid);
    Optional<SmallerGrid> smaller = smaller(shown.lines(), shown.columns());
    int lines = smaller.map(SmallerGrid::toRows).orElse(shown.lines());
    int columns = smaller.map(SmallerGrid::toCols).orElse(shown.columns());
    if (shown.lines() < 1 || shown.columns() < 1) { // of a line of pixels all tiles are padding
      Arrays.fill(places, whole, places.length, whole - 1);
      return places;
    }
    for (int row = 0; row < shown.rows(); row++) {
      int line = nearest(row - shown.above(), shown.lines(), lines);
      for (int col = 0; col < shown.cols(); col++) {
        int column = nearest(col - shown.beside(), shown.columns(), columns);
        places[place(grid, row, col)] = whole + line * (columns + 1) + column;
      }
    }
    return places;
  }

  // Of a place along one side, the place at its centre where that side is made smaller.
  private static int nearest(int place, int length, int to) {
    int within = Math.max(0, Math.min(place, length - 1));
    return (2 * within + 1) * to / (2 * length);
  }

  private Optional<SmallerGrid> smaller(int rows, int cols) {
    if (most.isEmpty()) {
      return Optional.empty();
    }
    int patches = most.getAsInt() * side * side;
    double ratio = Math.sqrt((double) (rows * cols) / patches);
    return ratio > TOLERANCE
        ? Optional.of(
            new SmallerGrid(side * side, rows, cols, wholes(rows, ratio), wholes(cols, ratio)))
        : Optional.empty();
  }

  /**
   * Returns Python's {@code int(length // ratio)}, which is of the remainder and not of the
   * quotient.
   */
  private static int wholes(int length, double ratio) {
    return (int) Math.rint((length - length % ratio) / ratio);
  }

  /** Returns the lines of padding before an image of this length. */
  private static int padding(double length, int all) {
    BigDecimal rounded = new BigDecimal(length).setScale(DECIMALS, RoundingMode.HALF_EVEN);
    return (all - rounded.intValue()) / 2;
  }

  /** Returns the row of the patch at a place of the grid of tiles. */
  private int place(ViewGrid grid, int row, int col) {
    int view = 1 + row / side * grid.cols() + col / side;
    return view * side * side + row % side * side + col % side;
  }

  @Override
  public Optional<Arrangement> reduced(ViewGrid grid, List<ViewTokens> views) {
    // A token's row, and its patch's place in the grid of tiles.
    record Placed(int token, int line, int column) {}
    List<Placed> tiles = new ArrayList<>();
    int row = views.get(0).count();
    boolean raster = views.stream().skip(1).allMatch(ViewTokens::inRasterOrder);
    for (int tile = 0; tile < grid.tiles(); tile++) {
      ViewTokens tokens = views.get(1 + tile);
      for (int i = 0; i < tokens.count(); i++) {
        int patch = raster ? tokens.kept()[i] : 0;
        tiles.add(
            new Placed(
                row++,
                tile / grid.cols() * side + patch / side,
                tile % grid.cols() * side + patch % side));
      }
    }
    if (raster) {
      tiles.sort(Comparator.comparingInt(Placed::line).thenComparingInt(Placed::column));
    }
    return Optional.of(
        new Arrangement(
            IntStream.concat(
                    IntStream.range(0, views.get(0).count()),
                    tiles.stream().mapToInt(Placed::token))
                .toArray()));
  }
}
