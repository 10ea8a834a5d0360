package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.Statistic;
import io.prumerge.metric.Comparison.DetectableEffect;
import io.prumerge.metric.SlowMetrics.Question;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import io.prumerge.statistics.WilsonInterval;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Intervals and tests against those of {@link SlowMetrics}, image by image. */
@Tag("spark")
@Tag("slow")
class SlowComparisonTest {

  private static final int IMAGES = 25;

  private static final List<MetricRule> RULES =
      List.of(
          MetricRule.pooled("accuracy", Statistic.MEAN),
          MetricRule.averaged("yes_ratio", Statistic.YES_RATIO),
          MetricRule.averaged("f1", Statistic.F1),
          MetricRule.pooled("units", Statistic.UNITS),
          new MetricRule(
              "points",
              Statistic.POINTS,
              Pooling.SUM_OF_GROUPS,
              Set.of("a", "b"),
              Breakdown.OVERALL));

  /** Images that both methods answered questions about. */
  private static final Set<String> SHARED =
      IntStream.range(1, IMAGES - 1).mapToObj(i -> "image " + i).collect(Collectors.toSet());

  private static final Map<String, List<Question>> QUESTIONS = new HashMap<>();
  private static final List<Row> ROWS = new ArrayList<>();
  private static List<Metric> metrics;

  /** The baseline lacks the last image, the method the first. */
  @BeforeAll
  static void measure() {
    Random random = new Random(8);
    for (String method : List.of("none", "prumerge")) {
      List<Question> questions = new ArrayList<>();
      for (int i = 0; i < 6 * IMAGES; i++) {
        int image = i % IMAGES;
        if (image != (method.equals("none") ? IMAGES - 1 : 0)) {
          Question question =
              new Question(
                  "image " + image,
                  Set.of(i % 2 == 0 ? "a" : "b"),
                  "unit " + i / IMAGES / 2,
                  new double[] {0, 0.5, 1, 1, 1}[random.nextInt(5)],
                  false,
                  random.nextInt(4) == 0 ? "no" : "yes",
                  random.nextBoolean() ? "yes" : "no");
          questions.add(question);
          ROWS.add(row(method, i, question));
        }
      }
      QUESTIONS.put(method, questions);
    }
    metrics = metrics(3);
  }

  private static List<Metric> metrics(int partitions) {
    return Metrics.of(
            Table.SCORES.of(LocalSpark.session(), ROWS).repartition(partitions),
            (benchmark, profile) -> RULES,
            Few.REPLICATES)
        .metrics();
  }

  private static Row row(String method, int index, Question question) {
    return RowFactory.create(
        "run",
        "pope",
        "test",
        method,
        "q" + index,
        "official",
        question.said(),
        question.label(),
        false,
        question.score(),
        "model",
        question.image(),
        question.groups().iterator().next(),
        new String[0],
        question.unit(),
        question.image(),
        0.5,
        null,
        null,
        null,
        null,
        null);
  }

  private static ToDoubleFunction<SlowMetrics> figure(MetricRule rule, String category) {
    return category.equals("all") ? slow -> slow.overall(rule) : slow -> slow.group(rule, category);
  }

  /**
   * Returns a method's figure, or its difference to the baseline on the questions of both, in
   * percent, as a function of weights.
   */
  private static ToDoubleFunction<Map<String, Double>> percent(
      ToDoubleFunction<SlowMetrics> figure, String method, Optional<String> baseline) {
    List<Question> questions = new ArrayList<>(QUESTIONS.get(method));
    if (baseline.isPresent()) {
      questions.removeIf(one -> !SHARED.contains(one.image()));
    }
    SlowMetrics own = SlowMetrics.of(questions);
    Optional<SlowMetrics> base =
        baseline.map(
            name ->
                SlowMetrics.of(
                    QUESTIONS.get(name).stream()
                        .filter(one -> SHARED.contains(one.image()))
                        .toList()));
    return weights ->
        100
            * (figure.applyAsDouble(own.weighted(weights))
                - base.map(one -> figure.applyAsDouble(one.weighted(weights))).orElse(0.0));
  }

  private static void equal(Optional<Interval> actual, Interval expected, String what) {
    assertThat(actual.orElseThrow().low()).as(what).isCloseTo(expected.low(), within(1e-4));
    assertThat(actual.orElseThrow().high()).as(what).isCloseTo(expected.high(), within(1e-4));
  }

  @Test
  void intervalsAreThoseOfTheDefinition() {
    int checked = 0;
    for (Metric metric : metrics) {
      if (!metric.name().endsWith("_answered_only")) {
        MetricRule rule =
            RULES.stream()
                .filter(one -> one.name().equals(metric.name()))
                .findFirst()
                .orElseThrow();
        ToDoubleFunction<SlowMetrics> figure = figure(rule, metric.category());
        Set<String> scope =
            metric.category().equals("all") ? rule.groups() : Set.of(metric.category());
        String what = metric.key().method() + " " + metric.name() + "/" + metric.category();
        check(metric, percent(figure, metric.key().method(), Optional.empty()), scope, what);
        checked++;
      }
    }
    assertThat(checked).as("4 figures of all and 2 groups, one of all").isEqualTo(2 * (4 * 3 + 1));
  }

  private static void check(
      Metric metric, ToDoubleFunction<Map<String, Double>> figure, Set<String> scope, String what) {
    Set<String> images = SlowMetrics.of(QUESTIONS.get(metric.key().method())).images(scope);
    double value = figure.applyAsDouble(Map.of());
    double most = metric.name().equals("points") ? 400 : 100;
    double error = SlowMetrics.standardError(images, figure);
    Interval share = WilsonInterval.of(value / most, error / most, images.size());
    equal(metric.interval(), new Interval(most * share.low(), most * share.high()), what);
  }

  @Test
  void differencesArePairedByImage() {
    for (Metric metric : metrics) {
      if (metric.key().method().equals("prumerge") && metric.category().equals("all")) {
        MetricRule rule =
            RULES.stream()
                .filter(one -> metric.name().equals(one.name()))
                .findFirst()
                .orElse(RULES.get(0));
        if (metric.name().equals(rule.name())) {
          differenceIs(metric, percent(figure(rule, "all"), "prumerge", Optional.of("none")));
        }
      }
    }
  }

  private static void differenceIs(
      Metric metric, ToDoubleFunction<Map<String, Double>> difference) {
    Comparison comparison = metric.comparison().orElseThrow();
    int clusters = SHARED.size();
    double value = difference.applyAsDouble(Map.of());
    double error = SlowMetrics.standardError(SHARED, difference);

    assertThat(comparison.delta()).as(metric.name()).isCloseTo(value, within(1e-9));
    equal(comparison.interval(), StudentT.interval(value, error, clusters), metric.name());
    assertThat(metric.mde().orElseThrow())
        .as(metric.name())
        .isCloseTo(DetectableEffect.of(error, clusters), within(1e-4));
    assertThat(comparison.test().orElseThrow().pValue())
        .as(metric.name())
        .isCloseTo(StudentT.pValue(value, error, clusters), within(1e-6));
  }

  @Test
  void theBaselineIsNotComparedWithItself() {
    assertThat(metrics)
        .filteredOn(metric -> metric.key().method().equals("none"))
        .extracting(Metric::comparison)
        .containsOnly(Optional.of(Comparison.NONE));
  }

  @Test
  void theWayRowsAreDealtOutDoesNotMatter() {
    List<Metric> others = metrics(7);

    assertThat(others).hasSameSizeAs(metrics);
    for (int i = 0; i < others.size(); i++) {
      Row one = Metric.TABLE.rows(metrics).get(i);
      Row other = Metric.TABLE.rows(others).get(i);
      for (int column = 0; column < one.length(); column++) {
        if (one.get(column) instanceof Double number) {
          assertThat(other.getDouble(column)).isCloseTo(number, within(1e-9));
        } else {
          assertThat(other.get(column)).isEqualTo(one.get(column));
        }
      }
    }
  }
}
