package io.prumerge.architecture;

import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.Tiling;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * InternVL's layout: the rows of an image's tiles, tile by tile, then those of the whole image,
 * which stand alone where there are no tiles. What a method left stands in the same order.
 *
 * @param tiling which grids there are
 * @param tokens of one view before any reduction
 */
public record ThumbnailLast(Tiling tiling, int tokens) implements SequenceLayout {

  @Override
  public int mostViews() {
    return tiling.mostViews();
  }

  @Override
  public int mostTokens() {
    return mostViews() * tokens;
  }

  @Override
  public Optional<WeightBlock> newline() {
    return Optional.empty();
  }

  @Override
  public Optional<Arrangement> all(ViewGrid grid) {
    return behind(grid, tokens, grid.views() * tokens);
  }

  @Override
  public Optional<Arrangement> reduced(ViewGrid grid, List<ViewTokens> views) {
    return behind(grid, views.get(0).count(), views.stream().mapToInt(ViewTokens::count).sum());
  }

  // Rows from `whole` on, which are those of the tiles, then the rows before.
  private static Optional<Arrangement> behind(ViewGrid grid, int whole, int rows) {
    return grid.tiles() == 0
        ? Optional.empty()
        : Optional.of(
            new Arrangement(
                IntStream.concat(IntStream.range(whole, rows), IntStream.range(0, whole))
                    .toArray()));
  }

  @Override
  public int[] places(ViewGrid grid) {
    int tiles = grid.tiles() * tokens;
    int[] places = new int[tiles + tokens];
    Arrays.setAll(places, row -> row < tokens ? tiles + row : row - tokens);
    return places;
  }
}
