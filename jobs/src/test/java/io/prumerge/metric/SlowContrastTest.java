package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.metric.SlowMetrics.Question;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.statistics.Holm;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

/**
 * Contrasts and retentions against {@link SlowMetrics}: two runs of two methods on two benchmarks
 * that show some of the same images under other names.
 */
@Tag("spark")
@Tag("slow")
class SlowContrastTest {

  private static final Map<String, MetricRule> RULES =
      Map.of(
          "pope", MetricRule.pooled("accuracy", Statistic.MEAN),
          "mme", MetricRule.pooled("f1", Statistic.F1));

  /** Images of each benchmark: from, to. */
  private static final Map<String, int[]> IMAGES =
      Map.of("pope", new int[] {0, 20}, "mme", new int[] {12, 40});

  private static final MethodKey BASE_NONE = new MethodKey("1", "base", "none");
  private static final MethodKey BASE_PRUMERGE = new MethodKey("1", "base", "prumerge");
  private static final MethodKey TUNED_NONE = new MethodKey("2", "tuned", "none");
  private static final MethodKey TUNED_PRUMERGE = new MethodKey("2", "tuned", "prumerge");

  private static final List<Contrast> CONTRASTS =
      List.of(
          new Contrast(TUNED_PRUMERGE, BASE_NONE, ContrastScope.EVERYTHING),
          new Contrast(TUNED_PRUMERGE, BASE_PRUMERGE, ContrastScope.EVERYTHING),
          new Contrast(BASE_PRUMERGE, BASE_NONE, ContrastScope.RETENTION));

  private static final Map<MethodKey, Map<String, List<Question>>> QUESTIONS = new HashMap<>();
  private static Measurements measured;

  @BeforeAll
  static void measure() {
    Random random = new Random(17);
    double[] hardness = random.doubles(40).toArray();
    List<Row> rows = new ArrayList<>();
    double ease = 1.1;
    for (MethodKey method : List.of(BASE_NONE, BASE_PRUMERGE, TUNED_NONE, TUNED_PRUMERGE)) {
      Map<String, List<Question>> own = new HashMap<>();
      for (String benchmark : RULES.keySet()) {
        List<Question> questions = new ArrayList<>();
        for (int image = IMAGES.get(benchmark)[0]; image < IMAGES.get(benchmark)[1]; image++) {
          for (int question = 0; question < 2 + image % 3; question++) {
            boolean right = random.nextDouble() < ease - 0.4 * hardness[image];
            String label = question % 2 == 0 ? "yes" : "no";
            String other = question % 2 == 0 ? "no" : "yes";
            Question one =
                new Question(
                    "sha " + image,
                    Set.of("g"),
                    "",
                    right ? 1 : 0,
                    false,
                    right ? label : other,
                    label);
            questions.add(one);
            rows.add(row(method, benchmark, image + "-" + question, one));
          }
        }
        own.put(benchmark, questions);
      }
      QUESTIONS.put(method, own);
      ease -= 0.04;
    }
    measured =
        Metrics.of(
            Table.SCORES.of(LocalSpark.session(), rows).repartition(3),
            (benchmark, profile) -> List.of(RULES.get(benchmark)),
            Inference.against("none", 100).comparing(CONTRASTS));
  }

  private static Row row(MethodKey method, String benchmark, String id, Question question) {
    return RowFactory.create(
        method.runId(),
        benchmark,
        "test",
        method.method(),
        id,
        "official",
        question.said(),
        question.label(),
        false,
        Double.isNaN(question.score()) ? null : (Double) question.score(),
        method.model(),
        benchmark + " calls it " + question.image(),
        "g",
        new String[0],
        null,
        question.image(),
        0.5,
        null,
        null,
        null,
        null,
        null);
  }

  private static double figure(MethodKey who, String benchmark, Map<String, Double> weights) {
    return 100
        * SlowMetrics.of(QUESTIONS.get(who).get(benchmark))
            .weighted(weights)
            .overall(RULES.get(benchmark));
  }

  private static Set<String> images(String... benchmarks) {
    return List.of(benchmarks).stream()
        .flatMap(one -> IntStream.range(IMAGES.get(one)[0], IMAGES.get(one)[1]).boxed())
        .map(image -> "sha " + image)
        .collect(Collectors.toSet());
  }

  /** Returns the difference of two methods' retentions. */
  private static ToDoubleFunction<Map<String, Double>> kept(
      MethodKey own, MethodKey other, MethodKey baseline) {
    return weights ->
        RULES.keySet().stream()
            .mapToDouble(
                benchmark ->
                    100
                        * (figure(own, benchmark, weights) - figure(other, benchmark, weights))
                        / figure(baseline, benchmark, weights))
            .average()
            .orElseThrow();
  }

  private static void check(
      ContrastResult result, ToDoubleFunction<Map<String, Double>> difference, Set<String> images) {
    String what = "%s : %s, %s".formatted(result.a(), result.b(), result.metric());
    double delta = difference.applyAsDouble(Map.of());
    double error = SlowMetrics.standardError(images, difference);
    Interval expected = StudentT.interval(delta, error, images.size());
    Comparison comparison = result.comparison();

    assertThat(comparison.delta()).as(what).isCloseTo(delta, within(1e-9));
    assertThat(comparison.interval().orElseThrow().low())
        .as(what)
        .isCloseTo(expected.low(), within(1e-5));
    assertThat(comparison.interval().orElseThrow().high())
        .as(what)
        .isCloseTo(expected.high(), within(1e-5));
    assertThat(comparison.test().orElseThrow().pValue())
        .as(what)
        .isCloseTo(StudentT.pValue(delta, error, images.size()), within(1e-6));
  }

  @Test
  void contrastsArePairedByWhatImagesShow() {
    List<ContrastResult> contrasts = measured.contrasts();

    assertThat(contrasts)
        .extracting(
            one -> "%s : %s %s %s".formatted(one.a(), one.b(), one.benchmark(), one.metric()))
        .containsExactly(
            "tuned prumerge : base none mme f1",
            "tuned prumerge : base none pope accuracy",
            "tuned prumerge : base none all retention",
            "tuned prumerge : base prumerge mme f1",
            "tuned prumerge : base prumerge pope accuracy",
            "tuned prumerge : base prumerge all retention",
            "base prumerge : base none all retention");
    int row = 0;
    for (Contrast contrast : CONTRASTS) {
      if (contrast.scope() == ContrastScope.EVERYTHING) {
        for (String benchmark : List.of("mme", "pope")) {
          check(
              contrasts.get(row++),
              weights ->
                  figure(contrast.a(), benchmark, weights)
                      - figure(contrast.b(), benchmark, weights),
              images(benchmark));
        }
      }
      check(
          contrasts.get(row++), kept(contrast.a(), contrast.b(), BASE_NONE), images("pope", "mme"));
    }
  }

  /** The second method lacks an answer, and the question of another image altogether. */
  @Test
  void contrastsSayWhenTheSidesAnsweredDifferentQuestions() {
    List<Row> rows = new ArrayList<>();
    for (int image = 0; image < 10; image++) {
      for (MethodKey method : List.of(BASE_NONE, BASE_PRUMERGE)) {
        boolean right = (image + method.method().length()) % 3 > 0;
        double score = method == BASE_PRUMERGE && image == 8 ? Double.NaN : right ? 1 : 0;
        if (method == BASE_NONE || image != 9) {
          rows.add(
              row(
                  method,
                  "pope",
                  "q" + image,
                  new Question(
                      "sha " + image, Set.of("g"), "", score, false, right ? "yes" : "no", "yes")));
        }
      }
    }
    Measurements partial =
        Metrics.of(
            Table.SCORES.of(LocalSpark.session(), rows).repartition(3),
            (benchmark, profile) -> List.of(RULES.get(benchmark)),
            Inference.against("none", 100)
                .comparing(
                    List.of(new Contrast(BASE_NONE, BASE_PRUMERGE, ContrastScope.EVERYTHING))));

    assertThat(partial.contrasts())
        .extracting(ContrastResult::questions)
        .containsExactly(new ContrastQuestions(8, 2, 0), new ContrastQuestions(8, 2, 0));
    assertThat(Caveats.ofContrasts(partial.contrasts()))
        .containsExactly(
            "none minus prumerge on pope/test: over the 8 questions that both answered; 2 only the"
                + " first, 0 only the second answered");
    assertThat(measured.contrasts())
        .allSatisfy(one -> assertThat(one.caveat()).as("%s", one).isEmpty());
    assertThat(measured.contrasts().get(1).questions())
        .isEqualTo(new ContrastQuestions(QUESTIONS.get(BASE_NONE).get("pope").size(), 0, 0));
  }

  @Test
  void contrastsAreCorrectedForOneAnother() {
    double[] expected =
        Holm.adjusted(
            measured.contrasts().stream()
                .mapToDouble(one -> one.comparison().test().orElseThrow().pValue())
                .toArray());

    assertThat(measured.contrasts())
        .extracting(one -> one.comparison().test().orElseThrow().adjusted().orElseThrow())
        .containsExactly(IntStream.range(0, 7).mapToObj(i -> expected[i]).toArray(Double[]::new));
  }

  @Test
  void aRetentionHasTheIntervalOfItsContrastWithTheBaseline() {
    RetentionEstimate retention = measured.retention(BASE_PRUMERGE).orElseThrow();
    Interval contrast = measured.contrasts().get(6).comparison().interval().orElseThrow();

    assertThat(retention.interval().orElseThrow().low())
        .isCloseTo(100 + contrast.low(), within(1e-9));
    assertThat(retention.interval().orElseThrow().high())
        .isCloseTo(100 + contrast.high(), within(1e-9));
  }

  @Test
  void whatIsRetainedAboveChanceLeavesGuessesOut() {
    double sum = 0;
    for (String benchmark : RULES.keySet()) {
      SlowMetrics base = SlowMetrics.of(QUESTIONS.get(TUNED_NONE).get(benchmark));
      double chance = benchmark.equals("pope") ? 50 : 100 * base.chance(RULES.get(benchmark));
      sum +=
          100
              * (figure(TUNED_PRUMERGE, benchmark, Map.of()) - chance)
              / (figure(TUNED_NONE, benchmark, Map.of()) - chance)
              / 2;
    }
    RetentionEstimate retention = measured.retention(TUNED_PRUMERGE).orElseThrow();

    assertThat(retention.aboveChance().orElseThrow()).isCloseTo(sum, within(1e-9));
  }
}
