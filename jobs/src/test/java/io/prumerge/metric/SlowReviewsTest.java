package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.metric.Bootstrap.PoissonWeights;
import io.prumerge.statistics.BcaInterval;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The bootstrap of a judge's relative points against sums drawn anew in plain loops. */
@Tag("spark")
@Tag("slow")
class SlowReviewsTest {

  private static final int REPLICATES = 400;
  private static final int IMAGES = 30;

  /** By method and image: points of the reference, of the answers, and how many answers. */
  private static final double[][][] POINTS = new double[2][IMAGES][3];

  private static final double[][] WEIGHTS = new double[IMAGES][];

  private static List<Metric> metrics;

  @BeforeAll
  static void measure() {
    Random random = new Random(2);
    List<Row> rows = new ArrayList<>();
    for (int image = 0; image < IMAGES; image++) {
      String name = "sha " + image;
      WEIGHTS[image] =
          PoissonWeights.of(
              LocalSpark.session().sql("SELECT xxhash64('%s')".formatted(name)).head().getLong(0),
              REPLICATES);
      for (int question = 0; question < 1 + image % 3; question++) {
        for (int method = 0; method < 2; method++) {
          int reference = 7 + random.nextInt(4);
          int answer = 3 + random.nextInt(7 - 2 * method);
          POINTS[method][image][0] += reference;
          POINTS[method][image][1] += answer;
          POINTS[method][image][2]++;
          rows.add(
              row(
                  method == 0 ? "none" : "prumerge",
                  image + "-" + question,
                  reference + ".0 " + answer + ".0",
                  name));
        }
      }
    }
    metrics =
        Metrics.of(
                Table.SCORES.of(LocalSpark.session(), rows).repartition(3),
                (benchmark, profile) -> List.of(MetricRule.pooled("score", Statistic.RELATIVE)),
                Inference.against("none", REPLICATES))
            .metrics();
  }

  private static Row row(String method, String question, String points, String image) {
    return RowFactory.create(
        "run",
        "llava-bench",
        "test",
        method,
        question,
        "official",
        points,
        "",
        false,
        0.5,
        "model",
        image,
        "conv",
        new String[0],
        null,
        image,
        0.0,
        null,
        null,
        null,
        null,
        null);
  }

  private static double[] sums(int method, ToDoubleFunction<Integer> weights) {
    double[] sums = new double[3];
    for (int image = 0; image < IMAGES; image++) {
      for (int i = 0; i < 3; i++) {
        sums[i] += weights.applyAsDouble(image) * POINTS[method][image][i];
      }
    }
    return sums;
  }

  /** As LLaVA rounds; ties of the last digit do not occur here. */
  private static double value(double[] sums) {
    double reference = Math.rint(1000 * sums[0] / sums[2]) / 1000;
    double answer = Math.rint(1000 * sums[1] / sums[2]) / 1000;
    return Math.rint(1000 * answer / reference) / 10;
  }

  /** How far an image moves the ratio. */
  private static double influence(int method, int image) {
    double[] all = sums(method, any -> 1);
    double[] own = POINTS[method][image];
    return 100 * (own[1] - all[1] / all[0] * own[0]) / all[0];
  }

  private static BcaInterval expected(
      ToDoubleFunction<ToDoubleFunction<Integer>> figure, ToDoubleFunction<Integer> influence) {
    double[] replicates =
        IntStream.range(0, REPLICATES)
            .mapToDouble(i -> figure.applyAsDouble(image -> WEIGHTS[image][i]))
            .toArray();
    double squares = 0;
    double cubes = 0;
    for (int image = 0; image < IMAGES; image++) {
      double one = influence.applyAsDouble(image);
      squares += one * one;
      cubes += one * one * one;
    }
    return BcaInterval.of(
            figure.applyAsDouble(any -> 1), BcaInterval.acceleration(squares, cubes), replicates)
        .orElseThrow();
  }

  private static Metric find(String method) {
    return metrics.stream()
        .filter(one -> one.key().method().equals(method) && one.category().equals("all"))
        .findFirst()
        .orElseThrow();
  }

  private static void equal(Interval actual, Interval expected) {
    assertThat(actual.low()).isCloseTo(expected.low(), within(1e-6));
    assertThat(actual.high()).isCloseTo(expected.high(), within(1e-6));
  }

  @Test
  void intervalsAreThoseOfImagesDrawnAnew() {
    for (int method = 0; method < 2; method++) {
      int own = method;
      equal(
          find(method == 0 ? "none" : "prumerge").interval().orElseThrow(),
          expected(weights -> value(sums(own, weights)), image -> influence(own, image))
              .interval());
    }
  }

  @Test
  void differencesAreAboutTheSameDraws() {
    BcaInterval expected =
        expected(
            weights -> value(sums(1, weights)) - value(sums(0, weights)),
            image -> influence(1, image) - influence(0, image));
    Comparison comparison = find("prumerge").comparison().orElseThrow();

    equal(comparison.interval().orElseThrow(), expected.interval());
    assertThat(comparison.test().orElseThrow().pValue()).isCloseTo(expected.pValue(), within(1e-9));
    assertThat(comparison.test().orElseThrow().way()).isEqualTo(Uncertainty.CLUSTER_BOOTSTRAP);
  }
}
