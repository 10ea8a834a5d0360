package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.explain.ImageSection.TokenDrawing;
import io.prumerge.image.Area;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.reduction.run.Merge;
import io.prumerge.reduction.run.Neighbour;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the pixels of the PNG files. */
class SvgDrawingTest {

  private static final int[] GREEN = {20, 160, 60};
  private static final List<Integer> PADDING = List.of(0x7A, 0x74, 0x68);

  private static BufferedImage drawn(SvgDrawing drawing) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(PngRenderer.of(drawing)));
  }

  /** Returns the colour in the middle of an area of the drawing. */
  private static List<Integer> colour(BufferedImage image, Area area, ImageCanvas ground) {
    double scale = image.getWidth() / ground.width();
    int x = (int) ((area.left() + area.width() / 2) * scale);
    int y = (int) ((area.top() + area.height() / 2) * scale);
    int rgb = image.getRGB(Math.min(x, image.getWidth() - 1), Math.min(y, image.getHeight() - 1));
    return List.of(rgb >> 16 & 0xFF, rgb >> 8 & 0xFF, rgb & 0xFF);
  }

  private static List<Integer> faded(List<Integer> colour, double share) {
    return colour.stream().map(c -> (int) Math.round((1 - share) * c + share * 255)).toList();
  }

  private static void assertNear(List<Integer> actual, List<Integer> expected) {
    for (int channel = 0; channel < 3; channel++) {
      assertThat(actual.get(channel))
          .as("%s is %s", actual, expected)
          .isBetween(expected.get(channel) - 2, expected.get(channel) + 2);
    }
  }

  /** As a photograph; Hadoop's parser of XML takes no attribute of more than 512 KiB. */
  @Test
  void picturesOfAnySizeAreDrawn() throws IOException {
    int side = 600;
    byte[] noise = new byte[3 * side * side];
    new Random(3).nextBytes(noise);
    Explanation grey =
        Explanations.of(1, 1, GREEN, new Area(0, 0, side, side), 1, Explanations.scores(1, 0));
    Explanation photograph =
        new Explanation(
            new RgbImage(side, side, noise),
            ViewGrid.whole(side, side),
            PatchGrid.square(1),
            1,
            grey.views(),
            Optional.empty(),
            Optional.empty(),
            List.of());
    SvgDrawing drawing = AttentionDrawing.of(Explanations.ground(photograph));
    assertThat(drawing.document()).hasSizeGreaterThan(1 << 20);
    assertThat(drawn(drawing).getWidth()).isEqualTo(1008);
  }

  /** Square, cropped and padded images, of odd and tiny sizes. */
  @ParameterizedTest
  @CsvSource({
    "8, 8, 0, 0, 8, 4",
    "9, 5, 2, 0, 5, 3",
    "5, 11, -3, 0, 11, 3",
    "11, 5, 0, -3, 11, 3",
    "1, 1, 0, 0, 1, 1",
    "1, 1, -0.25, -0.25, 1.5, 2",
    "2000, 3, 998.5, 0, 3, 2"
  })
  void keptPatchesShowAndOthersFade(
      int width, int height, double left, double top, double size, int side) throws IOException {
    Area seen = new Area(left, top, size, size);
    Explanation explanation =
        Explanations.of(width, height, GREEN, seen, side, Explanations.scores(side, 0));
    ImageCanvas ground = Explanations.ground(explanation);
    int kept = side * side / 2;
    BufferedImage image = drawn(KeptDrawing.of(ground, Explanations.keeping(kept)));

    assertThat(Math.max(image.getWidth(), image.getHeight())).isEqualTo(1008);
    double enough = 24 * ground.width() / image.getWidth(); // frames are three wide
    for (int patch = 0; patch < side * side; patch++) {
      Area area = ground.patch(patch);
      Area source = explanation.patch(patch);
      double x = source.left() + source.width() / 2;
      double y = source.top() + source.height() / 2;
      boolean inside = x > 0 && x < width && y > 0 && y < height;
      List<Integer> shown = inside ? List.of(20, 160, 60) : PADDING;
      if (area.width() > enough) {
        assertNear(colour(image, area, ground), patch == kept ? shown : faded(shown, 0.75));
      }
    }
  }

  @Test
  void whatNoPatchShowsFadesMost() throws IOException {
    Explanation explanation =
        Explanations.of(20, 10, GREEN, new Area(5, 0, 10, 10), 2, Explanations.scores(2, 3));
    ImageCanvas ground = Explanations.ground(explanation);
    BufferedImage image = drawn(KeptDrawing.of(ground, Explanations.keeping(0)));

    assertNear(colour(image, new Area(0, 0, 100, 500), ground), faded(List.of(20, 160, 60), 0.9));
    assertNear(colour(image, new Area(900, 0, 100, 500), ground), faded(List.of(20, 160, 60), 0.9));
  }

  @Test
  void attentionIsColourOverThePicture() throws IOException {
    float[] scores = Explanations.scores(3, 4);
    Explanation explanation =
        Explanations.of(9, 9, new int[] {0, 0, 0}, new Area(0, 0, 9, 9), 3, scores);
    ImageCanvas ground = Explanations.ground(explanation);
    BufferedImage image = drawn(AttentionDrawing.of(ground));

    assertThat(explanation.wholeImage().outliers()).containsExactly(4);
    for (int patch = 0; patch < 9; patch++) {
      int colour =
          Integer.decode(
              ColourScale.of(explanation.wholeImage().attention()).colour(scores[patch]));
      List<Integer> mixed =
          List.of(colour >> 16 & 0xFF, colour >> 8 & 0xFF, colour & 0xFF).stream()
              .map(c -> (int) Math.round(0.78 * c))
              .toList();
      assertNear(colour(image, ground.patch(patch), ground), mixed);
    }
  }

  @Test
  void histogramsAreDrawnWhateverTheScores() throws IOException {
    for (float[] scores :
        new float[][] {
          {0.2f},
          {0, 0, 0, 0},
          {0.1f, 0.1f, 0.1f, 0.1f},
          {0, 1e-20f, 1e-3f, 0.9f},
          Explanations.scores(12, 5),
          Explanations.scores(24, 575)
        }) {
      int side = (int) Math.sqrt(scores.length);
      Explanation explanation = Explanations.of(3, 3, GREEN, new Area(0, 0, 3, 3), side, scores);
      SvgDrawing histogram =
          HistogramDrawing.of(explanation.wholeImage(), AttentionSource.of(explanation));

      assertThat(histogram.document()).doesNotContain("NaN").doesNotContain("Infinity");
      assertThat(drawn(histogram).getWidth()).isEqualTo(1008);
    }
  }

  @Test
  void mergedPatchesGoToTheMostSimilarKeptOne() {
    Random random = new Random(3);
    for (int round = 0; round < 50; round++) {
      List<Merge> merges = new ArrayList<>();
      for (int kept = 0; kept < 1 + round % 7; kept++) {
        List<Neighbour> neighbours = new ArrayList<>();
        for (int patch : random.ints(0, 40).distinct().limit(9).toArray()) {
          neighbours.add(new Neighbour(patch, random.nextFloat(), 0.1f));
        }
        merges.add(new Merge(40 + kept, neighbours));
      }
      Map<Integer, Integer> expected = new TreeMap<>();
      for (int patch = 0; patch < 40; patch++) {
        float best = -1;
        for (Merge merge : merges) {
          for (Neighbour neighbour : merge.neighbours()) {
            if (neighbour.patch() == patch && neighbour.closeness() > best) {
              best = neighbour.closeness();
              expected.put(patch, merges.indexOf(merge));
            }
          }
        }
      }
      assertThat(MergeDrawing.clusters(merges)).isEqualTo(expected);
    }
  }

  @Test
  void clustersHaveTheirKeptPatchesColour() throws IOException {
    Explanation explanation =
        Explanations.of(
            40, 40, new int[] {0, 0, 0}, new Area(0, 0, 40, 40), 2, Explanations.scores(2, 0));
    ImageCanvas ground = Explanations.ground(explanation);
    MethodChoice choice =
        Explanations.merging(new Merge(0, List.of(new Neighbour(1, 0.5f, 0.01f))));
    BufferedImage image = drawn(MergeDrawing.of(ground, choice));

    Area corner = new Area(20, 20, 1, 1); // next to frame and number
    assertNear(colour(image, corner, ground), List.of(0x33, 0x22, 0x88));
    assertNear(
        colour(image, new Area(520, 20, 1, 1), ground),
        List.of(0x33, 0x22, 0x88).stream().map(c -> (int) Math.round(0.62 * c)).toList());
    assertNear(colour(image, ground.patch(3), ground), faded(List.of(0, 0, 0), 0.75));
  }

  @Test
  void shadesFollowTheWeights() {
    assertThat(TokenDrawing.shade(0.5, 0.5)).isEqualTo(5);
    assertThat(TokenDrawing.shade(0.31, 0.5)).isEqualTo(4);
    assertThat(TokenDrawing.shade(0.1, 0.5)).isEqualTo(1);
    assertThat(TokenDrawing.shade(0, 0.5)).isEqualTo(1);
    assertThat(TokenDrawing.shade(0, 0)).isEqualTo(1);
  }
}
