package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.engine.StayingTokens;
import io.prumerge.explain.Explain.ExplainPage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The page about a model with a Q-Former of three queries, which look at a patch each. */
class QueriesTest {

  private static final Explanation LOOKING =
      Explanations.queried(
          new float[] {0.9f, 0.01f, 0.01f, 0.01f},
          new float[] {0.01f, 0.8f, 0.01f, 0.01f},
          new float[] {0.01f, 0.01f, 0.01f, 0.7f});
  private static final StayingTokens TWO = Explanations.queries(1, 2, 0, 2);
  private static final StayingTokens NONE = Explanations.queries(3, 3);

  private static ExplainedImage image(MethodChoice... choices) {
    return new ExplainedImage(
        "file:/x/a.png",
        "1-a.png",
        "00",
        LOOKING,
        List.of(choices).stream()
            .map(choice -> new ExplainedMethod(choice, 1, 2, 3, Optional.empty()))
            .toList());
  }

  @Test
  void thePageSaysWhatIsDrawn() {
    String page =
        ExplainPage.of(
            new ExplainSettings(
                "blip2", "cpu", "fp32", false, "stretch", "blip2", Optional.of("What is it?")),
            List.of(image(Explanations.staying(3), Explanations.staying(3, TWO, NONE))));
    assertThat(page)
        .contains("<h1>What the queries look at</h1>")
        .contains("images stretched to a square")
        .contains("Attention of the 3 queries to each patch, in layer 2 of the connector")
        .contains("<figcaption>All 3 queries</figcaption>")
        .contains("<figcaption>From layer 1 on: 2 of 3 queries (1, 3)</figcaption>")
        .contains("<figcaption>From layer 3 on: no query</figcaption>")
        .contains("all 3 tokens")
        .doesNotContain("class attention")
        .doesNotContain("Kept patches");
  }

  @Test
  void aPageAboutPatchesSpeaksOfTheClassToken() {
    Explanation patches = Explanations.tiled(1, 2);
    assertThat(AttentionSource.of(patches).caption()).startsWith("Attention of the class token");
    assertThat(AttentionSource.of(LOOKING).name()).isEqualTo("the queries' attention");
  }

  @Test
  void filesAreNamedByMethodAndLayer() {
    assertThat(image(Explanations.staying(3), Explanations.staying(3, TWO, NONE)).files())
        .containsOnlyKeys(
            "attention.png",
            "histogram.png",
            "queries-fastv_layer=1,tokens=1-from-1.png",
            "queries-fastv_layer=1,tokens=1-from-3.png");
  }

  /** The colour of a patch follows those queries only that stay. */
  @Test
  void drawsTheQueriesThatStay() throws IOException {
    ImageCanvas ground = Explanations.ground(LOOKING);
    BufferedImage two = drawn(AttentionDrawing.of(ground, LOOKING.queries().orElseThrow(), TWO));
    BufferedImage all = drawn(AttentionDrawing.of(ground));
    assertThat(colour(two, 0)).isNotEqualTo(colour(two, 1));
    assertThat(colour(two, 1)).isEqualTo(colour(two, 2)); // nobody looks at either
    assertThat(colour(all, 1)).isNotEqualTo(colour(all, 2));
    BufferedImage none = drawn(AttentionDrawing.of(ground, LOOKING.queries().orElseThrow(), NONE));
    for (int patch = 1; patch < 4; patch++) {
      assertThat(colour(none, patch)).isEqualTo(colour(none, 0));
    }
  }

  private static BufferedImage drawn(SvgDrawing drawing) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(PngRenderer.of(drawing)));
  }

  private static int colour(BufferedImage image, int patch) {
    int step = image.getWidth() / 4;
    return image.getRGB(step * (1 + patch % 2 * 2), step * (1 + patch / 2 * 2));
  }

  @Test
  void theTableNamesTheQueriesThatStay() {
    assertThat(ExplainTable.lines(image(Explanations.staying(3, TWO, NONE))))
        .contains("fastv:layer=1,tokens=1: From layer 1 on: 2 of 3 queries (1, 3)")
        .contains("fastv:layer=1,tokens=1: From layer 3 on: no query");
  }
}
