package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.ModelShape;
import io.prumerge.image.Resolution;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.size.BestFitTiling;
import io.prumerge.image.size.NearestAspectTiling;
import io.prumerge.image.size.Tiling;
import io.prumerge.report.page.SeenImages.PatchPath;
import io.prumerge.report.page.SeenImages.PatchViews;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Views of 2 x 2 patches. */
class PatchViewsTest {

  private static final String WHOLE = "M0 0h2v1h-2zM0 1h2v1h-2z";

  @Test
  void oneViewIsASquare() {
    assertThat(PatchViews.whole(2, Optional.of(List.of(3))))
        .isEqualTo(new CardView(2, 2, "scale(2)", "M0 0h2v1h-2zM0 1h1v1h-1z", ""));
    assertThat(PatchViews.whole(2, Optional.empty()).dropped()).isEmpty();
    assertThat(PatchViews.whole(2, Optional.of(List.of())).dropped()).isEqualTo(WHOLE);
  }

  /**
   * Two tiles next to each other, patches 4 to 7 and 8 to 11, over an image twice as wide as high.
   */
  @Test
  void tilesLieSideBySide() {
    List<CardView> views =
        PatchViews.tiled(tiling(1, 2), 200, 100, 2, Optional.of(List.of(0, 4, 11)));
    assertThat(views)
        .containsExactly(
            new CardView(2, 2, "scale(2)", "M1 0h1v1h-1zM0 1h2v1h-2z", ""),
            new CardView(
                4,
                2,
                "translate(0.000 0.000) scale(4.000 2.000)",
                "M1 0h3v1h-3zM0 1h3v1h-3z",
                "M2 0v2"));
  }

  /** A square image on the same tiles has half a tile of padding on both sides. */
  @Test
  void paddingStaysFree() {
    CardView tiles = PatchViews.tiled(tiling(1, 2), 50, 50, 2, Optional.empty()).get(1);
    assertThat(tiles.placed()).isEqualTo("translate(1.000 0.000) scale(2.000 2.000)");
    assertThat(tiles.dropped()).isEmpty();
    CardView rows = PatchViews.tiled(tiling(3, 1), 50, 50, 2, Optional.empty()).get(1);
    assertThat(rows.placed()).isEqualTo("translate(0.000 2.000) scale(2.000 2.000)");
    assertThat(rows.borders()).isEqualTo("M0 2h2M0 4h2");
  }

  /**
   * InternVL's: a square image on the same tiles fills them, and on one there is the whole alone.
   */
  @Test
  void stretchedImagesFillTheirTiles() {
    Tiling tiling = new NearestAspectTiling(96, 1, 2);
    CardView tiles = PatchViews.tiled(tiling, 200, 100, 2, Optional.empty()).get(1);
    assertThat(tiles.placed()).isEqualTo("translate(0.000 0.000) scale(4.000 2.000)");
    assertThat(PatchViews.tiled(tiling, 50, 50, 2, Optional.empty())).hasSize(1);
  }

  private static Tiling tiling(int rows, int cols) {
    return new BestFitTiling(List.of(new Resolution(96 * rows, 96 * cols)), 96);
  }

  @Test
  void aModelSaysHowItSeesImages() {
    ModelShape mini =
        ModelShape.of(
            Checkpoint.configuration(
                Path.of(System.getProperty("project.root"), "conf", "mini-llava")));
    int side = PatchPath.side(mini.tower().patches());
    Tiling tiling = new BestFitTiling(List.of(new Resolution(96, 192)), 96);
    SeenImages tiled = SeenImages.of("anyres", Optional.of(mini), Optional.of(tiling));
    assertThat(tiled.aspect()).isEqualTo(ImageAspect.ANYRES);
    assertThat(tiled.gap()).isEmpty();
    assertThat(tiled.views(2928, 10, 5, Optional.empty()))
        .extracting(CardView::cols, CardView::rows)
        .containsExactly(tuple(side, side), tuple(2 * side, side));
    SeenImages unknown = SeenImages.of("anyres", Optional.empty(), Optional.empty());
    assertThat(unknown.gap()).contains("is gone or has changed");
    assertThat(unknown.views(2928, 10, 5, Optional.of(List.of(4)))).hasSize(1);
    assertThat(SeenImages.of("stretch", Optional.empty(), Optional.empty()).aspect())
        .isEqualTo(ImageAspect.STRETCH);
    assertThat(SeenImages.of("", Optional.empty(), Optional.empty()).aspect())
        .isEqualTo(ImageAspect.PAD);
    SeenImages padded = SeenImages.of("pad", Optional.empty(), Optional.empty());
    assertThat(padded.views(4, 10, 5, Optional.of(List.of())).get(0).dropped()).isEqualTo(WHOLE);
    assertThat(padded.views(null, 10, 5, Optional.empty()).get(0).cols()).isEqualTo(1);
  }
}
