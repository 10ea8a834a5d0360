package io.prumerge.load.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

class PointPlansTest {

  private static final LoadPattern PATTERN = LoadPattern.closed(4);

  @Test
  void allPointsAskTheSameQuestionsInOrdersOfTheirOwn() {
    List<Integer> questions = IntStream.range(100, 200).boxed().toList();
    PointPlans plans = plans(questions, 7);

    PointPlan first = plans.point(0, PATTERN);
    PointPlan second = plans.point(1, PATTERN);

    assertThat(first.questions()).containsExactlyInAnyOrderElementsOf(questions);
    assertThat(second.questions()).containsExactlyInAnyOrderElementsOf(questions);
    assertThat(first.questions()).isNotEqualTo(questions).isNotEqualTo(second.questions());
    assertThat(first.seed()).isNotEqualTo(second.seed());
    assertThat(first.drain()).isEqualTo(Duration.ofSeconds(9));
    assertThat(first.pattern()).isEqualTo(PATTERN);
  }

  @Test
  void aPointIsTheSameForEveryServer() {
    List<Integer> questions = IntStream.range(0, 50).boxed().toList();

    assertThat(plans(questions, 7).point(3, PATTERN))
        .isEqualTo(plans(questions, 7).point(3, PATTERN))
        .isNotEqualTo(plans(questions, 8).point(3, PATTERN));
  }

  @Test
  void everyOrderIsEquallyLikely() {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    for (int point = 0; point < 6_000; point++) {
      counts.merge(plans(List.of(0, 1, 2), 1).point(point, PATTERN).questions(), 1, Integer::sum);
    }

    long[] observed = counts.values().stream().mapToLong(count -> count).toArray();
    assertThat(observed).hasSize(6);
    double[] expected = {1000, 1000, 1000, 1000, 1000, 1000};
    assertThat(new ChiSquareTest().chiSquareTest(expected, observed)).isGreaterThan(0.001);
  }

  private static PointPlans plans(List<Integer> questions, long seed) {
    return new PointPlans(questions, seed, Duration.ofSeconds(9));
  }
}
