package io.prumerge.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ClusteredRatioTest {

  private static final Offset<Double> EXACT = within(1e-12);

  /** With one observation in each cluster, it is the mean with its usual standard error. */
  @Test
  void aMeanHasItsUsualError() {
    ClusteredRatio mean =
        ClusteredRatio.of(IntStream.range(0, 10).mapToObj(i -> new ClusterSums(i, 1)).toList())
            .orElseThrow();

    assertThat(mean.value()).isCloseTo(4.5, EXACT);
    assertThat(mean.error()).hasValueCloseTo(0.9574271077563381, EXACT);
  }

  /** Residuals (part - 0.5 whole) / 10: 0.1, 0.05, -0.15; times 3 / 2. */
  @Test
  void aRatioIsLinearised() {
    ClusteredRatio ratio =
        ClusteredRatio.of(
                List.of(new ClusterSums(3, 4), new ClusterSums(1.5, 2), new ClusterSums(0.5, 4)))
            .orElseThrow();

    assertThat(ratio.value()).isCloseTo(0.5, EXACT);
    assertThat(ratio.error()).hasValueCloseTo(Math.sqrt((0.01 + 0.0025 + 0.0225) * 3 / 2), EXACT);
  }

  @Test
  void whereNothingDiffersSomeUnseenMay() {
    ClusteredRatio same =
        ClusteredRatio.of(
                List.of(new ClusterSums(0, 1), new ClusterSums(0, 1), new ClusterSums(0, 1)))
            .orElseThrow();

    assertThat(same.ofDifference(2).orElseThrow().high()).isCloseTo(2 * UnseenShare.most(3), EXACT);
  }

  @Test
  void oneClusterHasNoIntervalAndNothingNoRatio() {
    ClusteredRatio one = ClusteredRatio.of(List.of(new ClusterSums(1, 2))).orElseThrow();

    assertThat(one.ofShare()).isEmpty();
    assertThat(one.ofDifference(1)).isEmpty();
    assertThat(ClusteredRatio.of(List.of(new ClusterSums(1, 0)))).isEmpty();
    assertThat(ClusteredRatio.of(List.of())).isEmpty();
  }
}
