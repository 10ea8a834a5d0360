package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Methods that answered different questions, against the scores of each comparison's methods alone
 * with all other questions taken out by hand.
 */
@Tag("spark")
class SharedQuestionsTest {

  private static final int IMAGES = 12;

  private static final Map<String, MetricRule> RULES =
      Map.of(
          "pope", MetricRule.averaged("f1", Statistic.F1),
          "mme", MetricRule.pooled("accuracy", Statistic.MEAN));

  private static final MetricRules BY_BENCHMARK =
      (benchmark, profile) -> List.of(RULES.get(benchmark));

  private static final MethodKey NONE = new MethodKey("run", "model", "none");

  /** Answers all that the baseline does. */
  private static final MethodKey SAME = new MethodKey("run", "model", "same");

  private static final MethodKey FEWER = new MethodKey("run", "model", "fewer");
  private static final MethodKey OTHERS = new MethodKey("run", "model", "others");

  /** Another run's, which answered all. */
  private static final MethodKey ALL = new MethodKey("run 2", "model 2", "none");

  private record Score(MethodKey method, String benchmark, int question, Double value) {

    String id() {
      return benchmark + question;
    }

    Row row() {
      return RowFactory.create(
          method.runId(),
          benchmark,
          "test",
          method.method(),
          "q" + question,
          "official",
          value == null ? null : value > 0 == question % 2 > 0 ? "yes" : "no",
          question % 2 > 0 ? "yes" : "no",
          false,
          value,
          method.model(),
          "image " + question % IMAGES,
          question % 3 == 0 ? "a" : "b",
          new String[0],
          null,
          "sha " + question % IMAGES,
          0.5,
          null,
          null,
          null,
          null,
          null);
    }
  }

  private static Dataset<Row> table(List<Score> scores) {
    return Table.SCORES
        .of(LocalSpark.session(), scores.stream().map(Score::row).toList())
        .repartition(3);
  }

  private static Measurements measure(
      List<Score> scores, List<Contrast> contrasts, List<AllPairs> families) {
    return Metrics.of(
        table(scores), BY_BENCHMARK, Inference.against("none", 100).comparing(contrasts), families);
  }

  /** Without some of the answers; of these, some have a row without a score. */
  private static List<Score> scores(int seed) {
    Random random = new Random(seed);
    List<Score> scores = new ArrayList<>();
    for (MethodKey method : List.of(NONE, SAME, FEWER, OTHERS, ALL)) {
      for (String benchmark : List.of("pope", "mme")) {
        for (int question = 0; question < 4 * IMAGES; question++) {
          int fate = random.nextInt(10);
          boolean lacking =
              question % 7 == 3 && method.runId().equals("run")
                  || method.equals(FEWER) && fate < 3
                  || method.equals(OTHERS) && benchmark.equals("pope") && fate < 2;
          boolean right = random.nextInt(4) > 0;
          if (!lacking || fate == 0) {
            scores.add(new Score(method, benchmark, question, lacking ? null : right ? 1.0 : 0.0));
          }
        }
      }
    }
    return scores;
  }

  /** Returns the scores of some methods on the questions that all of them answered. */
  private static List<Score> shared(List<Score> scores, MethodKey... methods) {
    List<Set<String>> answered =
        Stream.of(methods)
            .map(
                method ->
                    scores.stream()
                        .filter(one -> one.method().equals(method) && one.value() != null)
                        .map(Score::id)
                        .collect(Collectors.toSet()))
            .toList();
    Set<String> all = new HashSet<>(answered.get(0));
    answered.forEach(all::retainAll);
    return scores.stream()
        .filter(one -> List.of(methods).contains(one.method()) && all.contains(one.id()))
        .toList();
  }

  private static List<Optional<Comparison>> comparisons(Measurements measured, MethodKey method) {
    return measured.metrics().stream()
        .filter(one -> MethodKey.of(one.key()).equals(method))
        .map(one -> one.comparison().map(SharedQuestionsTest::uncorrected))
        .toList();
  }

  /** Holm's correction is over other tests, and sums over images in another order differ. */
  private static Comparison uncorrected(Comparison one) {
    return new Comparison(
        rounded(one.delta()),
        one.interval()
            .map(interval -> new Interval(rounded(interval.low()), rounded(interval.high()))),
        one.test()
            .map(
                test ->
                    new DifferenceTest(
                        test.way(), rounded(test.pValue()), OptionalDouble.empty())));
  }

  private static double rounded(double value) {
    return Math.rint(value * 1e9) / 1e9;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyComparisonIsOverTheQuestionsOfItsMethods(int seed) {
    List<Score> scores = scores(seed);
    List<Contrast> contrasts =
        List.of(
            new Contrast(FEWER, OTHERS, ContrastScope.EVERYTHING),
            new Contrast(SAME, NONE, ContrastScope.EVERYTHING),
            new Contrast(FEWER, NONE, ContrastScope.RETENTION),
            new Contrast(ALL, OTHERS, ContrastScope.EVERYTHING));
    AllPairs family =
        new AllPairs(Stream.of(SAME, FEWER, OTHERS).map(one -> new Entrant(List.of(one))).toList());
    Measurements measured = measure(scores, contrasts, List.of(family));

    for (MethodKey method : List.of(SAME, FEWER, OTHERS)) {
      Measurements alone = measure(shared(scores, NONE, method), List.of(), List.of());
      assertThat(comparisons(measured, method))
          .as("%s", method)
          .isEqualTo(comparisons(alone, method));
      assertThat(measured.retention(method)).isEqualTo(alone.retention(method));
    }
    for (Contrast contrast : contrasts) {
      for (ContrastScope scope : ContrastScope.values()) {
        MethodKey[] methods =
            scope == ContrastScope.RETENTION
                ? new MethodKey[] {contrast.a(), contrast.b(), NONE}
                : new MethodKey[] {contrast.a(), contrast.b()};
        List<ContrastResult> alone =
            measure(
                    shared(scores, methods),
                    List.of(new Contrast(contrast.a(), contrast.b(), scope)),
                    List.of())
                .contrasts();
        assertThat(rows(measured, contrast, scope))
            .as("%s", contrast)
            .isEqualTo(
                contrast.scope() == ContrastScope.RETENTION && scope == ContrastScope.EVERYTHING
                    ? List.of()
                    : rows(alone, scope));
      }
    }
    assertThat(measured.pairs().get(0)).hasSize(3);
    for (RetentionPair pair : measured.pairs().get(0)) {
      List<Entrant> both =
          List.of(family.entrants().get(pair.a()), family.entrants().get(pair.b()));
      List<Score> own =
          shared(scores, NONE, both.get(0).seeds().get(0), both.get(1).seeds().get(0));
      RetentionPair alone =
          measure(own, List.of(), List.of(new AllPairs(both))).pairs().get(0).get(0);
      assertThat(uncorrected(pair.comparison()))
          .as("%s", pair)
          .isEqualTo(uncorrected(alone.comparison()));
    }
  }

  private static List<Object> rows(Measurements measured, Contrast contrast, ContrastScope scope) {
    return rows(
        measured.contrasts().stream()
            .filter(
                one ->
                    one.a().endsWith(contrast.a().method())
                        && one.a().startsWith(contrast.a().model() + " ")
                        && one.b().endsWith(contrast.b().method()))
            .toList(),
        scope);
  }

  private static List<Object> rows(List<ContrastResult> rows, ContrastScope scope) {
    return rows.stream()
        .filter(one -> one.isRetention() == (scope == ContrastScope.RETENTION))
        .<Object>map(
            one ->
                List.of(
                    one.benchmark(),
                    one.metric(),
                    uncorrected(one.comparison()),
                    one.questions().both(),
                    one.clusters()))
        .toList();
  }

  @Test
  void valuesAreOverAllOfAMethodsQuestionsAndItsDifferenceSaysWhatItIsOver() {
    List<Score> scores = scores(4);
    Measurements measured = measure(scores, List.of(), List.of());
    Metric own = find(measured, FEWER);
    Metric base = find(measured, NONE);
    long both = shared(scores, NONE, FEWER).stream().filter(this::isOfNoneOnMme).count();

    assertThat(own.value().orElseThrow())
        .isEqualTo(
            find(measure(shared(scores, FEWER), List.of(), List.of()), FEWER)
                .value()
                .orElseThrow());
    assertThat(own.caveat().orElseThrow())
        .endsWith(
            ("the difference is over the %d questions that the baseline answered too; %d only this"
                    + " one, %d only the baseline answered")
                .formatted(both, own.counts().n() - both, base.counts().n() - both));
    assertThat(find(measured, SAME).caveat().orElse("")).doesNotContain("difference");
    assertThat(base.comparison()).hasValue(Comparison.NONE);
    assertThat(base.caveat().orElse("")).doesNotContain("difference");
  }

  private boolean isOfNoneOnMme(Score one) {
    return one.method().equals(NONE) && one.benchmark().equals("mme");
  }

  private static Metric find(Measurements measured, MethodKey method) {
    return measured.metrics().stream()
        .filter(one -> MethodKey.of(one.key()).equals(method) && one.isConfirmatory())
        .filter(one -> one.key().benchmark().equals("mme"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void nothingComparesMethodsThatShareNoQuestion() {
    List<Score> scores = new ArrayList<>();
    for (int question = 0; question < 2 * IMAGES; question++) {
      scores.add(new Score(question % 2 == 0 ? NONE : FEWER, "mme", question, 1.0));
      scores.add(new Score(NONE, "pope", question, 1.0));
      scores.add(new Score(FEWER, "pope", question, question % 5 == 0 ? 0.0 : 1.0));
    }
    Measurements measured =
        measure(
            scores,
            List.of(new Contrast(FEWER, NONE, ContrastScope.EVERYTHING)),
            List.of(
                new AllPairs(
                    Stream.of(NONE, FEWER).map(one -> new Entrant(List.of(one))).toList())));

    assertThat(find(measured, FEWER).value()).hasValue(100);
    assertThat(find(measured, FEWER).comparison()).isEmpty();
    assertThat(find(measured, FEWER).caveat())
        .hasValue(
            "the difference is over the 0 questions that the baseline answered too; 12 only this"
                + " one, 12 only the baseline answered");
    assertThat(measured.retention(FEWER)).as("over one of two benchmarks").isEmpty();
    assertThat(measured.retention(NONE)).isPresent();
    assertThat(measured.contrasts())
        .filteredOn(one -> !one.isRetention())
        .extracting(ContrastResult::benchmark)
        .containsExactly("pope");
  }
}
