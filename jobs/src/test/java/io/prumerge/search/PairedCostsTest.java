package io.prumerge.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.metric.Rows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Differences of costs against the same computed slowly. */
@Tag("spark")
class PairedCostsTest {

  private record Answer(String benchmark, String method, String image, double cost) {}

  @BeforeAll
  static void session() {
    LocalSpark.session();
  }

  @Test
  void differencesAreThoseComputedSlowly() {
    Random random = new Random(3);
    List<Answer> answers = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    for (int question = 0; question < 60; question++) {
      String benchmark = question % 3 == 0 ? "pope" : "vqav2";
      for (String method : List.of("none", "it's", "prumerge")) {
        boolean failed = random.nextInt(10) == 0;
        String image = "i" + question / 4; // on both benchmarks
        long cost = 1000 + random.nextInt(100) * method.length();
        rows.add(
            Rows.prediction(
                "benchmark",
                benchmark,
                "method",
                method,
                "image_id",
                image,
                "image_sha256",
                image,
                "question_id",
                "q" + question,
                "flops_total",
                failed ? null : (Long) cost,
                "error",
                failed ? "image_corrupt: it is" : null));
        if (!failed) {
          answers.add(new Answer(benchmark, method, image, cost));
        }
      }
    }
    PairedCosts costs = PairedCosts.of(Rows.predictions(rows).repartition(3), "flops_total");
    List<List<String>> pairs = List.of(List.of("none", "it's"), List.of("prumerge", "none"));

    List<CostDifference> differences = costs.differences(pairs);

    for (int i = 0; i < pairs.size(); i++) {
      String a = pairs.get(i).get(0);
      String b = pairs.get(i).get(1);
      Map<String, Double> byImage = new HashMap<>();
      residuals(answers, a).forEach((image, one) -> byImage.merge(image, one, Double::sum));
      residuals(answers, b).forEach((image, one) -> byImage.merge(image, -one, Double::sum));
      double squares = byImage.values().stream().mapToDouble(one -> one * one).sum();
      CostDifference difference = differences.get(i);
      assertThat(difference.images()).isEqualTo(15);
      assertThat(difference.delta()).isCloseTo(mean(answers, a) - mean(answers, b), within(1e-9));
      assertThat(difference.error()).isCloseTo(Math.sqrt(squares * 15 / 14), within(1e-9));
      assertThat(costs.mean(a)).isCloseTo(mean(answers, a), within(1e-9));
    }
    assertThat(costs.mean("never")).isNaN();
  }

  @Test
  void oneImageHasNoSpread() {
    List<Row> rows = new ArrayList<>();
    for (String method : List.of("none", "prumerge")) {
      rows.add(Rows.prediction("method", method, "flops_total", (long) method.length()));
    }
    CostDifference difference =
        PairedCosts.of(Rows.predictions(rows), "flops_total")
            .differences(List.of(List.of("prumerge", "none")))
            .get(0);
    assertThat(difference.delta()).isEqualTo(4);
    assertThat(difference.error()).isNaN();
    assertThat(difference.images()).isOne();
  }

  private static double mean(List<Answer> answers, String method, String benchmark) {
    return answers.stream()
        .filter(one -> one.method().equals(method) && one.benchmark().equals(benchmark))
        .mapToDouble(Answer::cost)
        .average()
        .orElseThrow();
  }

  private static double mean(List<Answer> answers, String method) {
    return (mean(answers, method, "pope") + mean(answers, method, "vqav2")) / 2;
  }

  private static Map<String, Double> residuals(List<Answer> answers, String method) {
    Map<String, Double> residuals = new HashMap<>();
    Set<String> benchmarks = new HashSet<>(List.of("pope", "vqav2"));
    for (String benchmark : benchmarks) {
      double mean = mean(answers, method, benchmark);
      List<Answer> own =
          answers.stream()
              .filter(one -> one.method().equals(method) && one.benchmark().equals(benchmark))
              .toList();
      own.forEach(
          one -> residuals.merge(one.image(), (one.cost() - mean) / own.size() / 2, Double::sum));
    }
    return residuals;
  }
}
