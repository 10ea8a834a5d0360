package io.prumerge.reduction.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutliersTest {

  @Test
  void percentilesInterpolateBetweenOrderStatistics() {
    float[] sorted = {1, 2, 3, 4, 5, 6, 7, 8};

    assertThat(Outliers.percentile(sorted, 0.25f)).isEqualTo(2.75f);
    assertThat(Outliers.percentile(sorted, 0.75f)).isEqualTo(6.25f);
    assertThat(Outliers.fence(sorted)).isEqualTo(11.5f);
    assertThat(Outliers.count(sorted)).isZero();
  }

  @Test
  void roundsToFloatAfterEachStepAsNumpyDoes() {
    // numpy 2.2.6: np.percentile of float32 arrays, then q3 + 1.5 * (q3 - q1); bit patterns.
    assertThat(bitsOfFence(0.3f)).isEqualTo(1050253722);
    assertThat(bitsOfFence(0.1f, 0.3f)).isEqualTo(Float.floatToIntBits(0.39999998f));
    assertThat(bitsOfFence(0.1f, 0.7f, 0.9f)).isEqualTo(1068708658);
    assertThat(bitsOfFence(0.1f, 0.2f, 0.3f, 0.4f)).isEqualTo(1057803470);
    assertThat(bitsOfFence(1 / 3f, 1 / 7f, 1 / 9f, 1 / 11f, 1 / 13f, 1 / 17f))
        .isEqualTo(1046339411);
  }

  private static int bitsOfFence(float... scores) {
    return Float.floatToIntBits(Outliers.fence(scores));
  }

  @Test
  void aScoreOnTheFenceIsNoOutlier() {
    // Q1 = 1, Q3 = 3, fence 6.
    assertThat(Outliers.count(new float[] {1, 1, 1, 3, 3, 3, 6})).isZero();
    assertThat(Outliers.count(new float[] {1, 1, 1, 3, 3, 3, Math.nextUp(6f)})).isOne();
  }

  @Test
  void flatScoresHaveNoOutlier() {
    for (int count : new int[] {1, 2, 5, 576}) {
      float[] scores = new float[count];
      Arrays.fill(scores, 1f / 577);

      assertThat(Outliers.count(scores)).isZero();
    }
  }

  @Test
  void neverMoreThanAQuarterAreOutliers() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      float[] scores = new float[1 + random.nextInt(600)];
      for (int patch = 0; patch < scores.length; patch++) {
        scores[patch] = (float) Math.exp(4 * random.nextGaussian());
      }

      assertThat(Outliers.count(scores)).isBetween(0, scores.length / 4);
    }
  }
}
