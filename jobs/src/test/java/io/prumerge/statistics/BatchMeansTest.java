package io.prumerge.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BatchMeansTest {

  private static final Offset<Double> EXACT = within(1e-9);

  /** {@code scipy.stats.t.interval(0.95, 9, loc=m, scale=scipy.stats.sem(range(10)))}. */
  @Test
  void theIntervalIsStudentsOfTheBlocks() {
    BatchMeans mean = BatchMeans.of(IntStream.range(0, 10).mapToDouble(i -> i).toArray());

    assertThat(mean.value()).isCloseTo(4.5, EXACT);
    assertThat(mean.error()).isCloseTo(0.9574271077563381, EXACT);
    assertThat(mean.interval().low()).isCloseTo(2.334149410398, EXACT);
    assertThat(mean.interval().high()).isCloseTo(6.665850589602, EXACT);
  }

  @Test
  void aSeriesIsCutIntoTenBlocks() {
    double[] series = IntStream.range(0, 100).mapToDouble(i -> i / 10).toArray();

    assertThat(BatchMeans.of(series, 10))
        .contains(BatchMeans.of(IntStream.range(0, 10).mapToDouble(i -> i).toArray()));
    assertThat(BatchMeans.of(series, 11)).as("ten blocks of 11 take 110").isEmpty();
  }

  /**
   * Of neighbours that are alike, as those in a queue are, the usual standard error is far too
   * small: its interval holds the true mean in about every third series.
   */
  @Test
  void theIntervalHoldsTheTrueMeanThoughNeighboursAreAlike() {
    Random random = new Random(5);
    int held = 0;
    int runs = 1000;
    for (int run = 0; run < runs; run++) {
      double[] series = new double[1000];
      double last = random.nextGaussian();
      for (int i = 0; i < series.length; i++) {
        last = 0.8 * last + 0.6 * random.nextGaussian();
        series[i] = last;
      }
      Interval interval = BatchMeans.of(series, 10).orElseThrow().interval();
      held += interval.low() <= 0 && interval.high() >= 0 ? 1 : 0;
    }
    assertThat(held).isBetween(900, 970);
  }

  @Test
  void sumsHaveTheErrorsOfAllAndTheFewestBlocks() {
    BatchMeans sum =
        BatchMeans.sum(
            List.of(new BatchMeans(10, 3, 10), new BatchMeans(20, 4, 3)), new double[] {1, 1});

    assertThat(sum).isEqualTo(new BatchMeans(30, 5, 3));
  }

  /** The logarithms' errors are 0.1 / 2 and 0.2 / 4; 2.2622 is Student's quantile of 9. */
  @Test
  void aRatioHasTheErrorsOfBoth() {
    Interval ratio = new BatchMeans(4, 0.2, 10).over(new BatchMeans(2, 0.1, 10));

    assertThat(ratio.low()).isCloseTo(2 * Math.exp(-2.2621571628 * 0.05 * Math.sqrt(2)), EXACT);
    assertThat(ratio.high()).isCloseTo(2 * Math.exp(2.2621571628 * 0.05 * Math.sqrt(2)), EXACT);
  }
}
