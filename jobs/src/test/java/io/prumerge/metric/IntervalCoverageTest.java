package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.metric.Comparison.DetectableEffect;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A thousand evaluations of the same world, whose true figures are known: intervals of 95 percent
 * must cover them about that often, and a method that is no worse must be found worse or better
 * about one time in twenty. An image has one to three pairs of questions, a yes and a no, and is
 * hard or easy for all methods: a question is answered rightly where skill - hardness + noise is
 * above 0, both standard normal.
 */
@Tag("spark")
@Tag("slow")
class IntervalCoverageTest {

  private static final int WORLDS = 1000;
  private static final int IMAGES = 40;
  private static final double BASE_SKILL = 1.4;
  private static final double SKILL = 0.9;

  /**
   * Three standard errors of a binomial share: sqrt(0.95 * 0.05 / 1000) = 0.0069, so shares within
   * 0.0207 of 0.95 (or of 0.05) pass. An interval that covers 95 percent passes with a probability
   * of 99.7 percent, one that covers 90 percent with 0.1 percent.
   */
  private static final double TOLERANCE = 3 * Math.sqrt(0.95 * 0.05 / WORLDS);

  private static Measurements measured;

  @BeforeAll
  static void measure() {
    Random random = new Random(11);
    List<Row> rows = new ArrayList<>();
    for (int world = 0; world < WORLDS; world++) {
      for (int image = 0; image < IMAGES; image++) {
        double hardness = random.nextGaussian();
        int pairs = 1 + random.nextInt(3);
        for (int question = 0; question < 2 * pairs; question++) {
          rows.add(row(world, image, question, "none", random, BASE_SKILL - hardness));
          rows.add(row(world, image, question, "prumerge", random, SKILL - hardness));
          rows.add(row(world, image, question, "equal", random, BASE_SKILL - hardness));
        }
      }
    }
    measured =
        Metrics.of(
            // Spark would compute with rows that the plan holds itself one by one, for each query.
            Table.SCORES.of(LocalSpark.session(), rows).localCheckpoint(),
            (benchmark, profile) ->
                List.of(
                    MetricRule.pooled("f1", Statistic.F1),
                    MetricRule.pooled("accuracy", Statistic.MEAN),
                    MetricRule.pooled("plus", Statistic.UNITS),
                    MetricRule.pooled("points", Statistic.POINTS)),
            Inference.against("none", 100).comparing(contrasts()));
  }

  private static List<Contrast> contrasts() {
    return IntStream.range(0, WORLDS)
        .mapToObj(
            world ->
                new Contrast(
                    new MethodKey("world " + world, "model", "prumerge"),
                    new MethodKey("world " + world, "model", "equal"),
                    ContrastScope.EVERYTHING))
        .toList();
  }

  private static Row row(
      int world, int image, int question, String method, Random random, double ease) {
    boolean right = ease + random.nextGaussian() > 0;
    String label = question % 2 == 0 ? "yes" : "no";
    return RowFactory.create(
        "world " + world,
        "pope",
        "test",
        method,
        image + "-" + question,
        "official",
        right == label.equals("yes") ? "yes" : "no",
        label,
        false,
        right ? 1.0 : 0.0,
        "model",
        image + " of world " + world,
        "random",
        new String[0],
        "pair " + question / 2,
        "image " + image + " of world " + world,
        0.5,
        null,
        null,
        null,
        null,
        null);
  }

  /** The share of questions answered rightly; F1 is the same, as labels are even. */
  private static double right(double skill) {
    return 100 * new NormalDistribution(null, 0, 1).cumulativeProbability(skill / Math.sqrt(2));
  }

  /** The share of pairs answered rightly: the square of an image's share, over all images. */
  private static double both(double skill) {
    NormalDistribution normal = new NormalDistribution(null, 0, 1);
    double step = 0.001;
    return IntStream.range(-8000, 8000)
        .mapToDouble(i -> i * step)
        .map(
            hardness ->
                Math.pow(normal.cumulativeProbability(skill - hardness), 2)
                    * normal.density(hardness)
                    * step
                    * 100)
        .sum();
  }

  private static List<Metric> figures(String method, String name) {
    return measured.metrics().stream()
        .filter(
            metric ->
                metric.key().method().equals(method)
                    && metric.name().equals(name)
                    && metric.category().equals("all"))
        .toList();
  }

  private static double coverage(
      String name, double truth, Function<Metric, Optional<Interval>> interval) {
    List<Metric> figures = figures("prumerge", name);
    assertThat(figures).hasSize(WORLDS);
    return figures.stream()
            .map(metric -> interval.apply(metric).orElseThrow())
            .filter(one -> one.low() <= truth && truth <= one.high())
            .count()
        / (double) WORLDS;
  }

  private static Optional<Interval> delta(Metric metric) {
    return metric.comparison().flatMap(Comparison::interval);
  }

  private static Interval around(double value, double error) {
    return new Interval(value - 1.96 * error, value + 1.96 * error);
  }

  @Test
  void intervalsOfFiguresCover() {
    double right = right(SKILL);

    assertThat(coverage("accuracy", right, Metric::interval)).isCloseTo(0.95, within(TOLERANCE));
    assertThat(coverage("f1", right, Metric::interval)).isCloseTo(0.95, within(TOLERANCE));
    assertThat(coverage("plus", both(SKILL), Metric::interval)).isCloseTo(0.95, within(TOLERANCE));
    assertThat(coverage("points", right + both(SKILL), Metric::interval))
        .isCloseTo(0.95, within(TOLERANCE));
  }

  @Test
  void intervalsOfDifferencesCover() {
    double right = right(SKILL) - right(BASE_SKILL);
    double both = both(SKILL) - both(BASE_SKILL);

    assertThat(coverage("accuracy", right, IntervalCoverageTest::delta))
        .isCloseTo(0.95, within(TOLERANCE));
    assertThat(coverage("f1", right, IntervalCoverageTest::delta))
        .isCloseTo(0.95, within(TOLERANCE));
    assertThat(coverage("plus", both, IntervalCoverageTest::delta))
        .isCloseTo(0.95, within(TOLERANCE));
  }

  @Test
  void intervalsOfRetentionsCover() {
    double truth = 100 * right(SKILL) / right(BASE_SKILL);
    long covered =
        IntStream.range(0, WORLDS)
            .mapToObj(world -> new MethodKey("world " + world, "model", "prumerge"))
            .map(method -> measured.retention(method).flatMap(RetentionEstimate::interval))
            .map(Optional::orElseThrow)
            .filter(one -> one.low() <= truth && truth <= one.high())
            .count();

    assertThat(covered / (double) WORLDS).isCloseTo(0.95, within(TOLERANCE));
  }

  @Test
  void contrastsOfTwoMethodsCover() {
    double points = right(SKILL) - right(BASE_SKILL);
    assertThat(covered("f1", points)).isCloseTo(0.95, within(TOLERANCE));
    assertThat(covered(ContrastResult.RETENTION, 100 * points / right(BASE_SKILL)))
        .isCloseTo(0.95, within(TOLERANCE));
  }

  private static double covered(String metric, double truth) {
    return measured.contrasts().stream()
            .filter(one -> one.metric().equals(metric))
            .map(one -> one.comparison().interval().orElseThrow())
            .filter(one -> one.low() <= truth && truth <= one.high())
            .count()
        / (double) WORLDS;
  }

  @Test
  void methodsThatAreEqualDifferOneTimeInTwenty() {
    for (String figure : List.of("accuracy", "f1", "plus", "points")) {
      assertThat(significant("equal", figure)).as(figure).isCloseTo(0.05, within(TOLERANCE));
    }
  }

  private static double significant(String method, String figure) {
    return figures(method, figure).stream()
            .map(metric -> metric.comparison().flatMap(Comparison::test).orElseThrow())
            .filter(test -> test.pValue() < 0.05)
            .count()
        / (double) WORLDS;
  }

  /** Between a method and the baseline; the detectable effect varies by world like the error. */
  @Test
  void theDetectableEffectIsFoundInFourOfFive() {
    double effect =
        figures("prumerge", "accuracy").stream()
            .mapToDouble(one -> one.mde().orElseThrow())
            .average()
            .orElseThrow();
    double truth = right(BASE_SKILL) - right(SKILL);
    double power = significant("prumerge", "accuracy");
    double error = effect / DetectableEffect.of(1, IMAGES);
    NormalDistribution normal = new NormalDistribution(null, 0, 1);
    double expected = normal.cumulativeProbability((truth - effect) / error + 0.8416);

    assertThat(power).isCloseTo(expected, within(0.05));
    assertThat(expected).as("a world where power says something").isBetween(0.4, 0.99);
  }

  @Test
  void intervalsAndTestsNeverDisagree() {
    List<Comparison> comparisons =
        measured.metrics().stream()
            .flatMap(metric -> metric.comparison().stream())
            .filter(one -> one.test().isPresent())
            .toList();
    assertThat(comparisons).hasSizeGreaterThan(8 * WORLDS);
    for (Comparison one : comparisons) {
      Interval interval = one.interval().orElseThrow();
      boolean excludes = interval.low() > 0 || interval.high() < 0;
      assertThat(one.test().orElseThrow().pValue() < 0.05).as("%s", one).isEqualTo(excludes);
    }
  }

  @Test
  void intervalsStayWhereFiguresCanBe() {
    assertThat(measured.metrics())
        .isNotEmpty()
        .allSatisfy(
            metric -> {
              Interval interval = metric.interval().orElseThrow();
              double most = metric.name().startsWith("points") ? 200 : 100;
              assertThat(interval.low()).isBetween(0.0, metric.value().orElseThrow());
              assertThat(interval.high()).isBetween(metric.value().orElseThrow(), most);
              assertThat(interval.low()).isLessThan(interval.high());
            });
  }

  /**
   * A test that takes the two methods' errors as independent, though both answer the same images.
   */
  @Test
  void unpairedTestsWouldFindTooFewDifferences() {
    List<Metric> baselines = figures("none", "accuracy");
    List<Metric> equals = figures("equal", "accuracy");
    long found = 0;
    for (int world = 0; world < WORLDS; world++) {
      double error =
          Math.hypot(
              baselines.get(world).stderr().orElseThrow(),
              equals.get(world).stderr().orElseThrow());
      double delta =
          equals.get(world).value().orElseThrow() - baselines.get(world).value().orElseThrow();
      if (StudentT.pValue(delta, error, IMAGES) < 0.05) {
        found++;
      }
    }

    assertThat(found / (double) WORLDS).isLessThan(0.05 - TOLERANCE);
  }

  @Test
  void intervalsThatKnowOfNoImagesWouldNotCover() {
    double coverage =
        coverage(
            "accuracy",
            right(SKILL),
            metric -> {
              double value = metric.value().orElseThrow();
              return Optional.of(
                  around(value, Math.sqrt(value * (100 - value) / metric.counts().n())));
            });

    assertThat(coverage).isLessThan(0.95 - TOLERANCE);
  }
}
