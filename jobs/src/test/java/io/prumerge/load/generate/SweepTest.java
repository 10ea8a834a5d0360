package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SweepTest {

  private static final Sweep SWEEP = new Sweep(64, 4, 1);

  @Test
  void theFirstPointsAreOneAtATimeAndAsFastAsPossible() {
    assertThat(SWEEP.oneAtATime()).isEqualTo(LoadPattern.closed(1));
    assertThat(SWEEP.asFastAsPossible()).isEqualTo(LoadPattern.closed(64));
  }

  @Test
  void theOthersLieEvenlyBetweenWhatTheyMeasured() {
    assertThat(SWEEP.between(2, 10)).isEqualTo(patterns(4, 6, 8, 10));
  }

  @Test
  void aServerOfOneWorkerIsAskedAtSharesOfWhatItCanDo() {
    assertThat(SWEEP.between(4, 4.1)).isEqualTo(patterns(1.025, 2.05, 3.075, 4.1));
    assertThat(SWEEP.between(4.1, 4)).isEqualTo(patterns(1, 2, 3, 4));
  }

  @Test
  void withoutAnAnswerThereAreNoRates() {
    assertThatThrownBy(() -> SWEEP.between(0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nothing was answered as fast as possible");
  }

  private static List<LoadPattern> patterns(double... rates) {
    return Arrays.stream(rates)
        .mapToObj(rate -> LoadPattern.open(rate, 1, OptionalInt.of(64)))
        .toList();
  }
}
