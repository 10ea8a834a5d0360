package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.cost.ImageWork;
import io.prumerge.cost.ReductionWork;
import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.explain.ImageSection.MergeText;
import io.prumerge.image.Area;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.run.Merge;
import io.prumerge.reduction.run.Neighbour;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Patches of a whole image and of its tiles, 2 x 2 each, in 2 x 3 tiles. */
class PatchMapTest {

  private static final Explanation TILED = Explanations.tiled(2, 3);
  private static final PatchMap WHOLE = PatchMap.whole(TILED);
  private static final PatchMap TILES = PatchMap.tiles(TILED).orElseThrow();

  private static MethodChoice keeping(Integer... kept) {
    List<Integer> tokens = new ArrayList<>(Collections.nCopies(7, 0));
    List<ReductionWork> works = new ArrayList<>();
    for (int patch : kept) {
      tokens.set(patch / 4, tokens.get(patch / 4) + 1);
    }
    tokens.forEach(count -> works.add(new ReductionWork(false, count, 0, false)));
    return new MethodChoice(
        MethodSpec.parse("first:tokens=9"),
        Optional.of(List.of(kept)),
        tokens,
        List.of(),
        List.of(new Merge(6, List.of(new Neighbour(7, 0.5f, 0.25f)))),
        List.of(),
        new ImageWork(works, kept.length));
  }

  @Test
  void tilesAreOneMapRowByRow() {
    assertThat(WHOLE.count()).isEqualTo(4);
    assertThat(TILES.count()).isEqualTo(24);
    assertThat(TILES.cols()).isEqualTo(6);
    for (int place = 0; place < 24; place++) {
      assertThat(TILES.patch(place)).isEqualTo(new Area(place % 6 * 10, place / 6 * 10, 10, 10));
    }
    assertThat(TILES.seen()).isEqualTo(new Area(0, 0, 60, 40));
  }

  @Test
  void everyPatchIsOnOneMapOnly() {
    // Of the whole image 1 and 3; of tile 1.2 its third, of tile 2.3 its first patch.
    MethodChoice choice = keeping(3, 1, 2 * 4 + 2, 6 * 4);
    assertThat(WHOLE.kept(choice)).contains(List.of(3, 1));
    assertThat(TILES.kept(choice)).contains(List.of(6 + 2, 12 + 4));
    assertThat(WHOLE.tokens(choice)).isEqualTo(2);
    assertThat(TILES.tokens(choice)).isEqualTo(2);
    assertThat(MethodCard.caption(TILES, choice)).isEqualTo("2 patches");
    assertThat(WHOLE.merges(choice)).isEmpty();
    // Patches 2 and 3 of tile 1.1.
    assertThat(TILES.merges(choice))
        .containsExactly(new Merge(6, List.of(new Neighbour(7, 0.5f, 0.25f))));
    assertThat(MergeText.lines(TILES, choice).get(0))
        .contains("1 most similar patches of the same tile", "1 patches are merged into one token");
  }

  @Test
  void outliersAreThoseOfTheirOwnTile() {
    // Tile t has patch t % 4 as its outlier.
    assertThat(WHOLE.outliers()).containsExactly(3);
    assertThat(TILES.outliers()).containsExactly(0, 3, 10, 14, 17, 19);
  }

  @Test
  void keptPatchesOfTilesShowAndOthersFade() throws IOException {
    ImageCanvas tiles = ImageCanvas.of(TILED, "picture").get(1);
    byte[] png = PngRenderer.of(KeptDrawing.of(tiles, keeping(2 * 4 + 2)));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    double scale = image.getWidth() / 60.0;
    for (int place = 0; place < 24; place++) {
      Area patch = TILES.patch(place);
      int x = (int) ((patch.left() + 5) * scale);
      int y = (int) ((patch.top() + 5) * scale);
      int shown = place == 8 ? 90 : (int) Math.round(0.25 * 90 + 0.75 * 255);
      assertThat(image.getRGB(x, y) & 0xFF).isBetween(shown - 2, shown + 2);
    }
  }
}
