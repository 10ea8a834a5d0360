package io.prumerge.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.NearestAspectTiling;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ViewsInTimeTest {

  private static final SequenceLayout PICTURES =
      new ThumbnailLast(new NearestAspectTiling(28, 1, 12), 4);

  private static final SequenceLayout APART =
      new WithVideos(PICTURES, new ViewsInTime(PICTURES, true));

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 16})
  void eachViewIsARun(int views) {
    ViewGrid video = ViewGrid.video(60, 30, views);
    Arrangement all = APART.all(video).orElseThrow();
    assertThat(all.order()).containsExactly(IntStream.range(0, 4 * views).toArray());
    assertThat(all.runs()).hasSize(views).containsOnly(4);
    assertThat(APART.places(video)).containsExactly(all.order());
    assertThat(APART.learned(video)).isEmpty();
  }

  @Test
  void keptTokensStayInTheirViewsRun() {
    List<ViewTokens> left =
        List.of(
            new ViewTokens(2, new int[] {3, 0}),
            new ViewTokens(0, new int[0]),
            new ViewTokens(1, new int[] {2}));
    Arrangement order = APART.reduced(ViewGrid.video(60, 30, 3), left).orElseThrow();
    assertThat(order.order()).containsExactly(0, 1, 2);
    assertThat(order.runs()).containsExactly(2, 0, 1);
  }

  @Test
  void withoutTextBetweenThemViewsAreOneRun() {
    ViewsInTime together = new ViewsInTime(PICTURES, false);
    ViewGrid video = ViewGrid.video(60, 30, 2);
    assertThat(together.all(video)).isEmpty();
    assertThat(together.reduced(video, List.of(new ViewTokens(1, new int[] {2})))).isEmpty();
    assertThat(together.places(video)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void picturesStayAsTheyAre() {
    ViewGrid tiles = new ViewGrid(60, 30, 1, 2);
    assertThat(APART.all(tiles).orElseThrow().order())
        .containsExactly(PICTURES.all(tiles).orElseThrow().order());
    assertThat(APART.mostViews()).isEqualTo(PICTURES.mostViews());
    assertThat(APART.mostTokens()).isEqualTo(PICTURES.mostTokens());
  }
}
