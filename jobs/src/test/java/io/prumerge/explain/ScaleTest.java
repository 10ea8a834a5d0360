package io.prumerge.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.explain.HistogramDrawing.Bins;
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Colours and bins of scores. */
class ScaleTest {

  @Test
  void coloursGoByTheLogarithm() {
    ColourScale scale = ColourScale.of(List.of(0.001f, 0.1f, 0.01f, 0f));

    assertThat(scale.position(0.001f)).isCloseTo(0, within(1e-6));
    assertThat(scale.position(0.01f)).isCloseTo(0.5, within(1e-6));
    assertThat(scale.position(0.1f)).isCloseTo(1, within(1e-6));
    assertThat(scale.position(0)).as("as the smallest").isZero();
    assertThat(scale.colour(0)).isEqualTo("#440154");
    assertThat(scale.colour(0.1f)).isEqualTo("#fde725");
    assertThat(ColourScale.at(2 / 9.0)).isEqualTo("#3e4989");
    assertThat(ColourScale.at(0.5 / 9)).as("between #440154 and #482878").isEqualTo("#461566");
  }

  @Test
  void equalScoresHaveOneColour() {
    for (float score : new float[] {0, 0.3f}) {
      ColourScale scale = ColourScale.of(List.of(score, score));

      assertThat(scale.position(score)).isEqualTo(0.5);
    }
  }

  @Test
  void classesNeverMixOutliersWithOthers() {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      float[] scores = new float[1 + random.nextInt(600)];
      List<Float> list = new ArrayList<>();
      for (int patch = 0; patch < scores.length; patch++) {
        scores[patch] = random.nextInt(20) == 0 ? 0 : (float) Math.exp(3 * random.nextGaussian());
        list.add(scores[patch]);
      }
      float fence = Quartiles.of(scores).fence();
      Bins bins = Bins.of(list, fence);

      int outliers = 0;
      for (float score : scores) {
        outliers += score > fence ? 1 : 0;
      }
      int above = bins.counts().tailMap(0).values().stream().mapToInt(n -> n).sum();
      assertThat(above).isEqualTo(outliers);
      assertThat(bins.counts().values().stream().mapToInt(n -> n).sum()).isEqualTo(scores.length);
      assertThat(bins.counts()).hasSize(bins.counts().lastKey() - bins.counts().firstKey() + 1);
      bins.counts()
          .forEach(
              (bin, count) ->
                  assertThat((long) count)
                      .as("class %d of round", bin)
                      .isBetween(inside(list, bins, bin, -1e-6), inside(list, bins, bin, 1e-6)));
    }
  }

  /**
   * Returns scores between a bin's edges, moved apart or together by a share; the smallest are
   * zero.
   */
  private static long inside(List<Float> scores, Bins bins, int bin, double slack) {
    double least = ColourScale.of(scores).low();
    return scores.stream()
        .mapToDouble(score -> Math.max(score, least))
        .filter(
            score ->
                score > bins.border(bin) * (1 - slack)
                    && score <= bins.border(bin + 1) * (1 + slack))
        .count();
  }

  @Test
  void flatScoresAreOneClassBelowTheFence() {
    for (int count : new int[] {1, 2, 576}) {
      List<Float> scores = new ArrayList<>();
      for (int patch = 0; patch < count; patch++) {
        scores.add(1f / 577);
      }
      assertThat(Bins.of(scores, 1f / 577).counts()).containsOnlyKeys(-1).containsValue(count);
    }
  }
}
