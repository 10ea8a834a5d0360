package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.BestFitTiling;
import io.prumerge.image.size.Tiling;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TiledViewsTest {

  private static final int SIDE = 4;
  private static final Tiling TILING =
      new BestFitTiling(
          List.of(
              new Resolution(28, 56),
              new Resolution(56, 28),
              new Resolution(56, 56),
              new Resolution(84, 28),
              new Resolution(28, 84)),
          28);
  private static final TiledViews LAYOUT = new TiledViews(TILING, OptionalInt.empty(), SIDE, 16);

  @Test
  void ordersAllTokensAsTheReferenceDoesStepByStep() {
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      int width = i < 20 ? 1 : 1 + random.nextInt(i % 7 == 0 ? 5000 : 300);
      int height = i % 20 == 0 ? 1 : 1 + random.nextInt(300);
      ViewGrid grid = TILING.grid(width, height);
      assertThat(LAYOUT.all(grid))
          .hasValueSatisfying(
              all -> {
                assertThat(all.smaller()).isEmpty();
                assertThat(all.order()).containsExactly(slow(grid));
              });
    }
  }

  /** {@code pack_image_features}, one list of lines for each of its tensors. */
  private static int[] slow(ViewGrid grid) {
    List<List<Integer>> lines = new ArrayList<>();
    for (int row = 0; row < grid.rows(); row++) {
      for (int y = 0; y < SIDE; y++) {
        List<Integer> line = new ArrayList<>();
        for (int col = 0; col < grid.cols(); col++) {
          for (int x = 0; x < SIDE; x++) {
            line.add(((1 + row * grid.cols() + col) * SIDE + y) * SIDE + x);
          }
        }
        lines.add(line);
      }
    }
    int height = lines.size();
    int width = lines.get(0).size();
    if ((double) grid.width() / grid.height() > (double) width / height) {
      int shown = rounded(grid.height() * ((double) width / grid.width()));
      int padding = (height - shown) / 2;
      lines = lines.subList(padding, height - padding);
    } else {
      int shown = rounded(grid.width() * ((double) height / grid.height()));
      int padding = (width - shown) / 2;
      lines = lines.stream().map(line -> line.subList(padding, width - padding)).toList();
    }
    IntStream.Builder order = IntStream.builder();
    IntStream.range(0, SIDE * SIDE).forEach(order::add);
    for (List<Integer> line : lines) {
      line.forEach(order::add);
      order.add(SequenceLayout.NEWLINE);
    }
    return order.build().toArray();
  }

  // Python's int(round(x, 7)), where the double is not within 1e-9 of a tie.
  private static int rounded(double x) {
    return (int) Math.floor(x + 0.5e-7);
  }

  @Test
  void patchesOfTilesStandInTheRasterOrderOfTheirGrid() {
    ViewGrid grid = new ViewGrid(56, 28, 1, 2);
    assertThat(
            LAYOUT
                .reduced(grid, List.of(kept(2, 9, 3), kept(3, 0, 3, 5), kept(4, 1, 4, 6, 15)))
                .map(Arrangement::order))
        // rows 0, 1 | of the tiles: 2 3 4 at (0,0) (0,3) (1,1); 5 6 7 8 at (0,5) (1,4) (1,6) (3,7)
        .hasValueSatisfying(order -> assertThat(order).containsExactly(0, 1, 2, 3, 5, 4, 6, 7, 8));
  }

  @Test
  void otherTokensStandTileByTile() {
    ViewGrid grid = new ViewGrid(56, 28, 1, 2);
    List<ViewTokens> sums = List.of(kept(2, 9), kept(3, 0, 3, 5), kept(3, 1, 2));
    assertThat(LAYOUT.reduced(grid, sums).map(Arrangement::order))
        .hasValueSatisfying(order -> assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7));
    List<ViewTokens> ranked = List.of(kept(1, 9), kept(2, 5, 3), kept(0), kept(1, 2));
    assertThat(LAYOUT.reduced(new ViewGrid(84, 28, 1, 3), ranked).map(Arrangement::order))
        .hasValueSatisfying(order -> assertThat(order).containsExactly(0, 1, 2, 3));
  }

  private static ViewTokens kept(int count, int... patches) {
    return new ViewTokens(count, patches);
  }

  @Test
  void anImageOfOneViewIsItsSequence() {
    SingleViewLayout layout = new SingleViewLayout(9);
    assertThat(layout.all(ViewGrid.whole(3, 4))).isEmpty();
    assertThat(layout.reduced(ViewGrid.whole(3, 4), List.of(kept(1, 2)))).isEmpty();
    assertThat(layout.blocks()).isEmpty();
  }
}
