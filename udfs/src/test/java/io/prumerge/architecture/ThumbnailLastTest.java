package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.NearestAspectTiling;
import java.util.List;
import org.junit.jupiter.api.Test;

class ThumbnailLastTest {

  private static final ThumbnailLast LAYOUT =
      new ThumbnailLast(new NearestAspectTiling(28, 1, 6), 2);
  private static final ViewGrid TILES = new ViewGrid(60, 30, 1, 2);
  private static final ViewGrid WHOLE = ViewGrid.whole(30, 30);

  @Test
  void tilesStandBeforeTheWholeImage() {
    assertThat(LAYOUT.all(TILES).orElseThrow().sources()).containsExactly(2, 3, 4, 5, 0, 1);
    assertThat(LAYOUT.places(TILES)).containsExactly(4, 5, 0, 1, 2, 3);
    assertThat(LAYOUT.mostTokens()).isEqualTo(14);
  }

  @Test
  void whatIsLeftOfThemToo() {
    List<ViewTokens> left =
        List.of(
            new ViewTokens(1, new int[] {1}),
            new ViewTokens(0, new int[0]),
            new ViewTokens(2, new int[] {1, 0}));
    assertThat(LAYOUT.reduced(TILES, left).orElseThrow().sources()).containsExactly(1, 2, 0);
  }

  @Test
  void aWholeImageStandsAlone() {
    assertThat(LAYOUT.all(WHOLE)).isEmpty();
    assertThat(LAYOUT.reduced(WHOLE, List.of(new ViewTokens(1, new int[] {1})))).isEmpty();
    assertThat(LAYOUT.places(WHOLE)).containsExactly(0, 1);
  }
}
