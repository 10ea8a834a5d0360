package io.prumerge.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.metric.Comparison.DetectableEffect;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Compares with scipy and statsmodels. */
class StatisticsTest {

  private static final Offset<Double> EXACT = within(1e-9);

  private static JsonNode golden;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream bytes =
        new GZIPInputStream(
            StatisticsTest.class.getResourceAsStream("/goldens/statistics.json.gz"))) {
      golden = new ObjectMapper().readTree(bytes);
    }
  }

  private static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::doubleValue)
        .toArray();
  }

  @Test
  void intervalsAndTestsByStudentsT() {
    assertThat(golden.get("t")).hasSize(30);
    for (JsonNode one : golden.get("t")) {
      double estimate = one.get(0).doubleValue();
      double error = one.get(1).doubleValue();
      long clusters = one.get(2).longValue();

      Interval interval = StudentT.interval(estimate, error, clusters);

      assertThat(interval.low()).as("%s", one).isEqualTo(one.get(3).doubleValue(), EXACT);
      assertThat(interval.high()).as("%s", one).isEqualTo(one.get(4).doubleValue(), EXACT);
      assertThat(StudentT.pValue(estimate, error, clusters))
          .as("%s", one)
          .isEqualTo(one.get(5).doubleValue(), EXACT);
    }
  }

  @Test
  void oneClusterTellsNothingOfSpread() {
    assertThatThrownBy(() -> StudentT.interval(1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no spread among 1 clusters");
  }

  @Test
  void wilsonsIntervalsOfAsManyAnswersAsHaveTheError() {
    assertThat(golden.get("wilson")).hasSize(24);
    for (JsonNode one : golden.get("wilson")) {
      Interval interval =
          WilsonInterval.of(
              one.get(0).doubleValue(), one.get(1).doubleValue(), one.get(2).longValue());

      assertThat(interval.low()).as("%s", one).isEqualTo(one.get(3).doubleValue(), EXACT);
      assertThat(interval.high()).as("%s", one).isEqualTo(one.get(4).doubleValue(), EXACT);
    }
  }

  @Test
  void anIntervalOfAShareEndsWhereSharesEndAndIsNotEmptyThere() {
    for (double share : new double[] {0, 1, 1 - 1e-15, 1.0 / 3 * 3, 1e-5, 0.999}) {
      for (long clusters : new long[] {2, 3, 1000}) {
        Interval interval = WilsonInterval.of(share, 0.3 * share * (1 - share), clusters);

        assertThat(interval.low()).isBetween(0.0, share);
        assertThat(interval.high()).isBetween(share, 1.0);
        assertThat(interval.high() - interval.low()).as("%s", share).isPositive();
      }
    }
    assertThat(WilsonInterval.of(1, 0, 9).high()).isEqualTo(1);
    assertThat(WilsonInterval.of(0, 0, 9).low()).isZero();
  }

  /** 60 images, of two questions each, of which one is right. */
  @Test
  void equalSharesOfAllClustersAreNoCertainty() {
    Interval interval = WilsonInterval.of(0.5, 0, 60);

    assertThat(interval.low()).isEqualTo(0.5 * (1 - UnseenShare.most(60)), EXACT);
    assertThat(interval.high()).isEqualTo(1 - interval.low(), EXACT);
    assertThat(interval.high() - interval.low()).isBetween(0.059, 0.06);
    assertThat(WilsonInterval.of(0.25, 1e-17, 60).high()).isGreaterThan(0.29);
  }

  @Test
  void whatMayHappenThoughItWasNotSeen() {
    for (JsonNode one : golden.get("unseen")) {
      assertThat(UnseenShare.most(one.get(0).longValue()))
          .as("%s", one)
          .isEqualTo(one.get(1).doubleValue(), EXACT);
    }
  }

  @Test
  void theDetectableEffectIsThatOfThePowerCalculation() {
    assertThat(golden.get("detectable")).hasSize(8);
    for (JsonNode one : golden.get("detectable")) {
      double effect = DetectableEffect.of(one.get(0).doubleValue(), one.get(1).longValue());

      assertThat(effect).as("%s", one).isEqualTo(one.get(2).doubleValue(), EXACT);
      assertThat(effect / one.get(3).doubleValue())
          .as("%s, over the one by the noncentral t", one)
          .isEqualTo(1, within(0.012));
    }
  }

  @Test
  void holmsCorrection() {
    for (JsonNode one : golden.get("holm")) {
      assertThat(Holm.adjusted(numbers(one.get(0))))
          .as("%s", one)
          .containsExactly(numbers(one.get(1)), EXACT);
    }
    assertThat(Holm.adjusted(new double[0])).isEmpty();
  }

  @Test
  void bcaIntervalsAndTestsOfGivenReplicates() {
    assertThat(golden.get("bca")).hasSize(16);
    for (JsonNode one : golden.get("bca")) {
      double[] replicates = numbers(one.get(2));
      BcaInterval distribution =
          BcaInterval.of(one.get(0).doubleValue(), one.get(1).doubleValue(), replicates)
              .orElseThrow();

      assertThat(distribution.interval().low()).isEqualTo(one.get(3).doubleValue(), EXACT);
      assertThat(distribution.interval().high()).isEqualTo(one.get(4).doubleValue(), EXACT);
      assertThat(distribution.pValue())
          .as("not below 2 / (replicates + 1)")
          .isEqualTo(
              Math.max(one.get(5).doubleValue(), 2.0 / (replicates.length + 1)), within(1e-6));
    }
  }

  @Test
  void bcaIntervalAndTestNeverDisagree() {
    Random random = new Random(4);
    int significant = 0;
    for (int i = 0; i < 2000; i++) {
      int digits = random.nextInt(3);
      double shift = 2.5 * random.nextGaussian();
      double[] replicates =
          IntStream.range(0, 100 + random.nextInt(200))
              .mapToDouble(j -> shift + random.nextGaussian())
              .map(value -> Math.rint(value * Math.pow(10, digits)) / Math.pow(10, digits))
              .toArray();
      double estimate = shift + 0.5 * random.nextGaussian();
      BcaInterval distribution =
          BcaInterval.of(estimate, (random.nextDouble() - 0.5) / 3, replicates).orElseThrow();
      Interval interval = distribution.interval();
      double nearest = Math.max(interval.low(), -interval.high());
      if (Math.abs(nearest) > 1e-9) {
        assertThat(distribution.pValue() < 0.05).as("%s", interval).isEqualTo(nearest > 0);
        significant += nearest > 0 ? 1 : 0;
      }
    }
    assertThat(significant).isBetween(500, 1500);
  }

  @Test
  void replicatesWithoutAValueAreLeftOut() {
    double[] replicates =
        IntStream.range(0, 100).mapToDouble(i -> i < 9 ? Double.NaN : 5).toArray();

    assertThat(BcaInterval.of(5, 0, replicates).map(BcaInterval::interval))
        .hasValue(new Interval(5, 5));
    replicates[9] = Double.NaN;
    assertThat(BcaInterval.of(5, 0, replicates)).as("a tenth of them").isEmpty();
  }

  @Test
  void anEstimateBeyondAllReplicatesHasAnInterval() {
    double[] replicates = IntStream.range(0, 100).mapToDouble(i -> i).toArray();

    assertThat(BcaInterval.of(-1, 1.0 / 6, replicates).orElseThrow().interval().low())
        .isCloseTo(0, within(1e-3));
    assertThat(BcaInterval.of(100, -1.0 / 6, replicates).orElseThrow().interval().high())
        .isCloseTo(99, within(1e-3));
    assertThat(BcaInterval.acceleration(0, 0)).isZero();
  }

  @Test
  void theCorrectionsPoleIsTheReplicatesEnd() {
    double[] replicates = IntStream.range(0, 40_000).mapToDouble(i -> i).toArray();

    Interval low = BcaInterval.of(-1, -1.0 / 6, replicates).orElseThrow().interval();
    Interval high = BcaInterval.of(40_000, 1.0 / 6, replicates).orElseThrow().interval();

    assertThat(low.low()).isZero();
    assertThat(low.high()).isBetween(0.0, 40.0);
    assertThat(high.low()).isBetween(39_959.0, 39_999.0);
    assertThat(high.high()).isEqualTo(39_999);
  }
}
