package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.engine.StayingTokens;
import io.prumerge.explain.Explain.ExplainPage;
import io.prumerge.image.Area;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What is shown of cuts inside a decoder of five layers: first three patches go on, then none. */
class StagesTest {

  private static final int[] GREY = {90, 90, 90};
  private static final Explanation SQUARE =
      Explanations.of(20, 20, GREY, new Area(0, 0, 20, 20), 2, Explanations.scores(2, 3));
  private static final StayingTokens THREE = Explanations.patches(1, 3, List.of(0, 1), List.of(3));
  private static final StayingTokens NONE = Explanations.patches(4, 4, List.of(), List.of());
  private static final MethodChoice CUT = Explanations.staying(4, THREE, NONE);

  private static ExplainedImage image(Explanation explanation, MethodChoice choice) {
    return new ExplainedImage(
        "file:/x/a.png",
        "1-a.png",
        "00",
        explanation,
        List.of(new ExplainedMethod(choice, 1, 2, 3, Optional.empty())));
  }

  private static String page(ExplainedImage image) {
    return ExplainPage.of(
        new ExplainSettings(
            "mini", "cpu", "fp32", false, "pad", "vicuna_v1", Optional.of("What is it?")),
        List.of(image));
  }

  @Test
  void thePageDrawsEachStage() {
    assertThat(page(image(SQUARE, CUT)))
        .containsSubsequence(
            "<figcaption>Layer 0: every patch</figcaption>",
            "Layers 1 to 3: 2 of 4 patches left by fastv",
            "<figcaption>Layers 1 to 3: 3 of 4 tokens (2 patches, 1 sum of several)</figcaption>",
            "Layer 4: 0 of 4 patches left by fastv",
            "<figcaption>Layer 4: no visual token</figcaption>");
    assertThat(page(image(SQUARE, Explanations.keeping(1))))
        .contains("<figcaption>1 patch</figcaption>");
  }

  @Test
  void theTableSaysEachStage() {
    assertThat(ExplainTable.lines(image(SQUARE, CUT)))
        .contains(
            "fastv:layer=1,tokens=1: Layers 1 to 3: 3 of 4 tokens (2 patches, 1 sum of several)",
            "fastv:layer=1,tokens=1: Layer 4: no visual token");
  }

  @Test
  void filesAreNamedByMethodAndLayer() {
    assertThat(image(SQUARE, CUT).files())
        .containsOnlyKeys(
            "attention.png",
            "histogram.png",
            "kept-fastv_layer=1,tokens=1.png",
            "kept-fastv_layer=1,tokens=1-from-1.png",
            "kept-fastv_layer=1,tokens=1-from-4.png");
  }

  /**
   * What is left is as it was and framed in blue, a sum's place in orange, the others are faded.
   */
  @Test
  void drawsWhatIsLeft() throws IOException {
    BufferedImage left =
        ImageIO.read(
            new ByteArrayInputStream(
                PngRenderer.of(KeptDrawing.of(Explanations.ground(SQUARE), CUT, THREE))));
    for (int patch = 0; patch < 4; patch++) {
      assertThat(inside(left, patch) == inside(left, 0))
          .as("patch %d", patch)
          .isEqualTo(patch != 2);
    }
    int blue = left.getRGB(left.getWidth() / 4, 1);
    int orange = left.getRGB(left.getWidth() * 3 / 4, left.getHeight() - 2);
    assertThat(blue & 0xff).isGreaterThan(blue >> 16 & 0xff);
    assertThat(orange >> 16 & 0xff).isGreaterThan(orange & 0xff);
  }

  private static int inside(BufferedImage image, int patch) {
    int step = image.getWidth() / 4;
    return image.getRGB(step * (1 + patch % 2 * 2), step * (1 + patch / 2 * 2));
  }

  /** Of two tiles; the whole image's patches are the first four. */
  @Test
  void tilesHaveTheirOwnDrawings() {
    Explanation tiled = Explanations.tiled(1, 2);
    StayingTokens staying = Explanations.patches(1, 4, List.of(0, 5, 6, 11), List.of());
    MethodChoice all = Explanations.staying(12, staying);
    MethodChoice choice =
        new MethodChoice(
            all.method(),
            Optional.empty(),
            List.of(4, 4, 4),
            List.of(),
            List.of(),
            all.staying(),
            all.work());
    ImageCanvas tiles = ImageCanvas.of(tiled, "picture").get(1);
    assertThat(tiles.map().here(staying.patches())).containsExactly(1, 4, 7);
    assertThat(KeptDrawing.of(tiles, choice, staying).label()).contains("3 of 8 patches");
    assertThat(image(tiled, choice).files())
        .containsKeys(
            "kept-fastv_layer=1,tokens=1-from-1.png",
            "tiles-kept-fastv_layer=1,tokens=1-from-1.png");
    assertThat(page(image(tiled, choice)))
        .contains(
            "<figcaption>Layers 1 to 4: 4 of 12 tokens (4 patches); 1 patch of the whole image",
            "<figcaption>Layers 1 to 4: 4 of 12 tokens (4 patches); 3 patches of the tiles");
  }
}
