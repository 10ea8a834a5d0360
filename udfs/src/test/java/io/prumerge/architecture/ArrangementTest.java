package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.BestFitTiling;
import io.prumerge.image.size.Tiling;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** LLaVA-OneVision's arrangements, against transformers 4.57.1 where it counts tokens. */
class ArrangementTest {

  private static final Tiling PUBLISHED =
      new BestFitTiling(
          IntStream.range(0, 36)
              .mapToObj(grid -> new Resolution(384 * (grid / 6 + 1), 384 * (grid % 6 + 1)))
              .toList(),
          384);

  @Test
  void picturesOfAllSizesHaveTheReferencesNumberOfTokens() throws IOException {
    TiledViews layout = new TiledViews(PUBLISHED, OptionalInt.of(9), 27, 16);
    int smaller = 0;
    for (JsonNode count : Goldens.json("onevision/onevision.json").get("counts")) {
      ViewGrid grid = PUBLISHED.grid(count.get(1).asInt(), count.get(0).asInt());
      Arrangement all = layout.all(grid).orElseThrow();
      assertThat(all.tokens()).as("%s", count).isEqualTo(count.get(2).asInt());
      assertThat(all.tokens()).isLessThanOrEqualTo(layout.mostTokens());
      assertThat(all.sources()).hasSize(all.tokens());
      smaller += all.smaller().isPresent() ? 1 : 0;
    }
    assertThat(smaller).isBetween(50, 350);
    // 1.21 x 9 x 729 rows at most stay as they are: 112 lines of 70, or the like.
    assertThat(layout.mostTokens()).isBetween(729 + 7800, 729 + 7938 + 162);
  }

  @Test
  void aSmallerGridsTokensComeFromTheRowsAtTheirCentres() {
    int[] order = IntStream.range(0, 1 + 4 * 6).map(row -> 100 + row).toArray();
    Arrangement arrangement = new Arrangement(order, Optional.of(new SmallerGrid(1, 4, 6, 2, 3)));
    assertThat(arrangement.tokens()).isEqualTo(1 + 2 * 4);
    assertThat(arrangement.sources()).containsExactly(100, 108, 110, 112, -1, 120, 122, 124, -1);
  }

  @Test
  void withoutASmallerGridTheOrderIsTheSequence() {
    Arrangement arrangement = new Arrangement(new int[] {2, SequenceLayout.NEWLINE, 0});
    assertThat(arrangement.tokens()).isEqualTo(3);
    assertThat(arrangement.sources()).containsExactly(2, -1, 0);
  }

  @Test
  void whatAMethodLeftIsNotMadeSmaller() {
    TiledViews layout = new TiledViews(PUBLISHED, OptionalInt.of(9), 27, 16);
    ViewGrid grid = PUBLISHED.grid(2304, 2304);
    assertThat(grid.tiles()).isEqualTo(36);
    ViewTokens one = new ViewTokens(1, new int[] {5});
    Arrangement left =
        layout.reduced(grid, IntStream.range(0, 37).mapToObj(view -> one).toList()).orElseThrow();
    assertThat(left.smaller()).isEmpty();
    assertThat(left.order()).containsExactly(IntStream.range(0, 37).toArray());
    assertThat(List.of(left.tokens())).containsExactly(37);
  }
}
