package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.NearestAspectTiling;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramedTilesTest {

  private static final FramedTiles LAYOUT = new FramedTiles(new NearestAspectTiling(28, 1, 6), 2);
  private static final ViewGrid TILES = new ViewGrid(60, 30, 1, 2);
  private static final ViewGrid WHOLE = ViewGrid.whole(30, 30);

  @Test
  void eachViewIsARunTheWholeImageLast() {
    Arrangement all = LAYOUT.all(TILES).orElseThrow();
    assertThat(all.sources()).containsExactly(2, 3, 4, 5, 0, 1);
    assertThat(all.runs()).containsExactly(2, 2, 2);
    assertThat(all.tokens()).isEqualTo(6);
    assertThat(LAYOUT.places(TILES)).containsExactly(4, 5, 0, 1, 2, 3);
    assertThat(LAYOUT.mostViews()).isEqualTo(7);
    assertThat(LAYOUT.mostTokens()).isEqualTo(14);
  }

  @Test
  void aViewOfWhichNothingIsLeftIsAnEmptyRun() {
    List<ViewTokens> left =
        List.of(
            new ViewTokens(1, new int[] {1}),
            new ViewTokens(0, new int[0]),
            new ViewTokens(2, new int[] {1, 0}));
    Arrangement reduced = LAYOUT.reduced(TILES, left).orElseThrow();
    assertThat(reduced.sources()).containsExactly(1, 2, 0);
    assertThat(reduced.runs()).containsExactly(0, 2, 1);
  }

  @Test
  void aWholeImageIsOneRun() {
    assertThat(LAYOUT.all(WHOLE)).isEmpty();
    assertThat(LAYOUT.reduced(WHOLE, List.of(new ViewTokens(1, new int[] {1})))).isEmpty();
  }

  @Test
  void runsHaveAllTokens() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Arrangement(new int[] {0, 1, 2}, List.of(1, 1)))
        .withMessage("Runs of [1, 1] tokens are not the 3 of a sequence");
  }
}
