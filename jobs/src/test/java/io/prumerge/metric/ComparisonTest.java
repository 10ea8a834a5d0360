package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  /** Three images with scores of 0.3 against 0.2: the means round, so residuals are not 0. */
  private static PointEstimate alike() {
    double mean = (0.3 + 0.3 + 0.3) / 3;
    double other = (0.2 + 0.2 + 0.2) / 3;
    double residual = ((0.3 - mean) - (0.2 - other)) / 3;
    assertThat(100 * Math.abs(residual)).isBetween(1e-17, 1e-13);
    return PointEstimate.of(
        100 * (mean - other), 3 * 100 * 100 * residual * residual, 3, 100 * (mean + other));
  }

  @Test
  void whatRoundingLeavesIsNoError() {
    assertThat(alike().error()).hasValue(0);
    Comparison comparison = Comparison.clustered(alike(), 100);

    assertThat(comparison.delta()).isEqualTo(alike().value());
    assertThat(comparison.interval()).isEmpty();
    assertThat(comparison.test()).isEmpty();
    assertThat(Comparison.detectable(alike())).isEmpty();
  }

  @Test
  void oneImageOfManyIsAnError() {
    PointEstimate one = new PointEstimate(1e-6, OptionalDouble.of(1e-6), 100_000_000);

    assertThat(Comparison.clustered(one, 100).test().orElseThrow().pValue()).isBetween(0.3, 0.35);
  }
}
