package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalsTest {

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

  private static long[] times(double rate, double burstiness, int requests, long seed) {
    return Arrivals.nanos(
        new LoadPattern.Open(rate, burstiness, OptionalInt.empty()), requests, seed);
  }

  private static double[] gaps(long[] times) {
    return IntStream.range(0, times.length)
        .mapToDouble(i -> (times[i] - (i == 0 ? 0 : times[i - 1])) / 1e9)
        .toArray();
  }
}
