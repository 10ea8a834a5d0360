package io.prumerge.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Against scipy and statsmodels. */
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
  void mcNemarsExactTest() {
    assertThat(golden.get("mcnemar")).hasSize(11);
    for (JsonNode one : golden.get("mcnemar")) {
      assertThat(McNemar.pValue(one.get(0).longValue(), one.get(1).longValue()))
          .as("%s", one)
          .isEqualTo(one.get(2).doubleValue(), EXACT);
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
  void bcaIntervalsOfGivenReplicates() {
    assertThat(golden.get("bca")).hasSize(4);
    for (JsonNode one : golden.get("bca")) {
      Interval interval =
          BcaInterval.of(one.get(0).doubleValue(), one.get(1).doubleValue(), numbers(one.get(2)))
              .orElseThrow();

      assertThat(interval.low()).isEqualTo(one.get(3).doubleValue(), EXACT);
      assertThat(interval.high()).isEqualTo(one.get(4).doubleValue(), EXACT);
    }
  }

  @Test
  void replicatesWithoutAValueAreLeftOut() {
    double[] replicates =
        IntStream.range(0, 100).mapToDouble(i -> i < 9 ? Double.NaN : 5).toArray();

    assertThat(BcaInterval.of(5, 0, replicates)).hasValue(new Interval(5, 5));
    replicates[9] = Double.NaN;
    assertThat(BcaInterval.of(5, 0, replicates)).as("a tenth of them").isEmpty();
  }

  @Test
  void anEstimateBeyondAllReplicatesHasAnInterval() {
    double[] replicates = IntStream.range(0, 100).mapToDouble(i -> i).toArray();

    assertThat(BcaInterval.of(-1, 1.0 / 6, replicates)).isPresent();
    assertThat(BcaInterval.of(100, -1.0 / 6, replicates)).isPresent();
    assertThat(BcaInterval.acceleration(0, 0)).isZero();
  }

  @Test
  void weightsAreThoseOfPoissonDraws() {
    int replicates = 500;
    int clusters = 400;
    long[] seen = new long[8];
    double[] sums = new double[replicates];
    for (int cluster = 0; cluster < clusters; cluster++) {
      double[] weights = PoissonWeights.of(cluster, replicates);
      for (int i = 0; i < replicates; i++) {
        seen[Math.min(7, (int) weights[i])]++;
        sums[i] += weights[i];
      }
    }
    double expected = clusters * (double) replicates * Math.exp(-1);
    for (int draws = 0; draws < 6; draws++) {
      assertThat((double) seen[draws])
          .as("%d draws", draws)
          .isCloseTo(expected, within(4 * Math.sqrt(expected)));
      expected /= draws + 1;
    }
    double mean = Arrays.stream(sums).average().orElseThrow();
    double variance =
        Arrays.stream(sums).map(sum -> (sum - mean) * (sum - mean)).sum() / replicates;
    // Independent across clusters: the variance of the sum is the sum of the variances, 1 each.
    assertThat(variance).isCloseTo(clusters, within(4 * clusters * Math.sqrt(2.0 / replicates)));
  }

  @Test
  void weightsFollowFromTheClusterAlone() {
    assertThat(PoissonWeights.of(7, 10))
        .startsWith(PoissonWeights.of(7, 4))
        .isNotEqualTo(PoissonWeights.of(8, 10));
  }
}
