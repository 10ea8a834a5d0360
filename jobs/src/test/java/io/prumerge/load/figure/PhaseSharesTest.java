package io.prumerge.load.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PhaseSharesTest {

  @Test
  void aTenthAtEitherEndIsNotMeasured() {
    assertThat(IntStream.range(0, 20).mapToObj(i -> PhaseShares.DEFAULT.of(i, 20)).toList())
        .startsWith(LoadPhase.WARM_UP, LoadPhase.WARM_UP, LoadPhase.MEASURED)
        .endsWith(LoadPhase.MEASURED, LoadPhase.COOL_DOWN, LoadPhase.COOL_DOWN);
  }

  @Test
  void ofFewRequestsAllAreMeasured() {
    assertThat(IntStream.range(0, 9).mapToObj(i -> PhaseShares.DEFAULT.of(i, 9)))
        .containsOnly(LoadPhase.MEASURED);
  }

  @Test
  void sharesLeaveSomethingToMeasure() {
    assertThatThrownBy(() -> new PhaseShares(0.5, 0.5))
        .hasMessage(
            "Warm-up and cool-down are shares from 0 that leave requests to measure, not 0.5 and"
                + " 0.5");
    assertThatThrownBy(() -> new PhaseShares(-0.1, 0)).hasMessageContaining("-0.1");
    assertThatThrownBy(() -> new PhaseShares(Double.NaN, 0)).hasMessageContaining("NaN");
  }
}
