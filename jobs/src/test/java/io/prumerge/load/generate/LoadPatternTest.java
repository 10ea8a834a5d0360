package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadPatternTest {

  private static final int MANY = 20_000;

  /** Of four requests, one a second, with seed 42. */
  private static final long[] KNOWN = {607_495_049, 2_390_333_965L, 3_389_653_754L, 4_000_000_000L};

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 1, 4})
  void gapsAreGamma(double burstiness) {
    double rate = 1e-5; // at which no gap is rounded to 0 ns
    double[] gaps = gaps(times(rate, burstiness, MANY, 7));

    GammaDistribution expected = new GammaDistribution(burstiness, 1 / (rate * burstiness));
    assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(expected, gaps))
        .isGreaterThan(0.01);
    GammaDistribution other = new GammaDistribution(1.1 * burstiness, 1 / (rate * burstiness));
    assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(other, gaps)).isLessThan(1e-6);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 1, Double.POSITIVE_INFINITY})
  void theLastArrivesWhenTheRateSays(double burstiness) {
    for (int requests : new int[] {1, 7, 100}) {
      long[] times = times(4, burstiness, requests, requests);
      assertThat(times).hasSize(requests).isSorted();
      assertThat(times[requests - 1]).isEqualTo(requests * 250_000_000L);
    }
  }

  @Test
  void infiniteBurstinessMakesEqualGaps() {
    assertThat(times(4, Double.POSITIVE_INFINITY, 4, 1))
        .containsExactly(250_000_000L, 500_000_000L, 750_000_000L, 1_000_000_000L);
  }

  @Test
  void anInfiniteRateHasAllArriveAtOnce() {
    assertThat(times(Double.POSITIVE_INFINITY, 1, 3, 1)).containsExactly(0, 0, 0);
  }

  @Test
  void aSeedGivesTheSameTimesEverywhere() {
    assertThat(times(1, 1, 4, 42)).containsExactly(KNOWN);
    assertThat(times(1, 1, 4, 43)).isNotEqualTo(KNOWN);
  }

  @Test
  void patternsAreNamedByTheirLoad() {
    assertThat(LoadPattern.closed(16).name()).isEqualTo("c16");
    assertThat(LoadPattern.open(2.5, 1, OptionalInt.empty()).name()).isEqualTo("r2.5");
    assertThat(LoadPattern.open(20, 0.5, OptionalInt.of(64)).name()).isEqualTo("r20-b0.5-c64");
    assertThat(LoadPattern.open(Double.POSITIVE_INFINITY, 1, OptionalInt.empty()).name())
        .isEqualTo("rinf");
  }

  private static long[] times(double rate, double burstiness, int requests, long seed) {
    return LoadPattern.open(rate, burstiness, OptionalInt.empty()).due(requests, seed);
  }

  private static double[] gaps(long[] times) {
    return IntStream.range(0, times.length)
        .mapToDouble(i -> (times[i] - (i == 0 ? 0 : times[i - 1])) / 1e9)
        .toArray();
  }
}
