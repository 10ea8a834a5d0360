package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.metric.Bootstrap.PoissonWeights;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BootstrapTest {

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
