package io.prumerge.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatioEstimateTest {

  private static final int IMAGES = 50;

  // Times with a spread of a third and now and then a pause, as processors have them.
  private static double[] ratios(SplittableRandom random, double slower) {
    double[] ratios = new double[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      double image = 5 * Math.exp(random.nextDouble() - 0.5);
      ratios[i] = time(random, image) / (slower * time(random, image));
    }
    return ratios;
  }

  private static double time(SplittableRandom random, double image) {
    double pause = random.nextInt(50) == 0 ? 2 : 1;
    return image * pause * Math.exp(0.3 * (random.nextDouble() - 0.5));
  }

  @Test
  void isTheGeometricMeanOfTheMiddle() {
    assertThat(RatioEstimate.of(new double[] {8, 0.5}).value()).isCloseTo(2, within(1e-12));
    RatioEstimate estimate = RatioEstimate.of(new double[] {2, 0.5, 40, 1, 1});
    assertThat(estimate.value()).isCloseTo(Math.cbrt(2), within(1e-12));
    assertThat(estimate.interval().orElseThrow().low()).isLessThan(estimate.value());
    assertThat(estimate.interval().orElseThrow().high()).isGreaterThan(estimate.value());
  }

  @Test
  void aFewPairsHaveNoIntervalAndEqualOnesHaveAnEmptyOne() {
    assertThat(RatioEstimate.of(new double[] {1}))
        .isEqualTo(new RatioEstimate(1, Optional.empty()));
    assertThat(RatioEstimate.of(new double[] {3, 1, 2, 4}).interval()).isEmpty();
    double[] equal = new double[7];
    Arrays.fill(equal, 1);
    assertThat(RatioEstimate.of(equal)).isEqualTo(RatioEstimate.of(equal));
    assertThat(RatioEstimate.of(equal).interval()).contains(new Interval(1, 1));
  }

  @Test
  void theSamePairsGiveTheSameInterval() {
    double[] ratios = ratios(new SplittableRandom(1), 1);
    assertThat(RatioEstimate.of(ratios)).isEqualTo(RatioEstimate.of(ratios.clone()));
  }

  /** Two runs of the same differ by 1 in one of 20 intervals, and no interval is wide. */
  @Test
  void theSameMethodTwiceIsNotFoundDifferent() {
    int covered = 0;
    int runs = 400;
    SplittableRandom random = new SplittableRandom(20261127);
    for (int run = 0; run < runs; run++) {
      Interval interval = RatioEstimate.of(ratios(random, 1)).interval().orElseThrow();
      covered += interval.low() <= 1 && 1 <= interval.high() ? 1 : 0;
      assertThat((interval.high() - interval.low()) / 2).isLessThan(0.1);
    }
    assertThat((double) covered / runs).isBetween(0.9, 0.98);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.2, 2})
  void aMethodThatIsSlowerIsFound(double slower) {
    SplittableRandom random = new SplittableRandom(3);
    for (int run = 0; run < 20; run++) {
      RatioEstimate estimate = RatioEstimate.of(ratios(random, slower));
      assertThat(estimate.value()).isCloseTo(1 / slower, within(0.1));
      assertThat(estimate.interval().orElseThrow().high()).isLessThan(1);
    }
  }
}
