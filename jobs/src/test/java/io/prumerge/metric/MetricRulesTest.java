package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Breakdown;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.metric.SlowMetrics.Question;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The engine against {@link SlowMetrics}. */
@Tag("spark")
class MetricRulesTest {

  private static final int RESULTS = 12;

  /** A benchmark whose answers may be reviews; its own rules are not asked for. */
  private static final String REVIEWED = "llava-bench";

  private static List<MetricRule> everyKind() {
    List<MetricRule> rules = new ArrayList<>();
    rules.add(MetricRule.summed("perception", Statistic.POINTS, Set.of("a", "b", "nowhere")));
    for (Statistic statistic :
        EnumSet.complementOf(EnumSet.of(Statistic.RELATIVE, Statistic.LOYALTY))) {
      if (!statistic.addends().isEmpty()) {
        continue; // of captions, which CaptionFiguresTest has
      }
      String name = statistic.name();
      rules.add(MetricRule.pooled("pooled " + name, statistic));
      rules.add(MetricRule.averaged("averaged " + name, statistic));
      rules.add(MetricRule.within("within " + name, statistic, "x"));
      rules.add(MetricRule.summed("summed " + name, statistic, Set.of("a", "b", "x")));
      rules.add(named("union " + name, statistic, Pooling.QUESTIONS));
      rules.add(named("mean " + name, statistic, Pooling.MEAN_OF_GROUPS));
    }
    rules.add(MetricRule.within("nothing", Statistic.MEAN, "nowhere"));
    return rules;
  }

  /** Over groups that share questions. */
  private static MetricRule named(String name, Statistic statistic, Pooling pooling) {
    return new MetricRule(name, statistic, pooling, Set.of("a", "x", "y"), Breakdown.OVERALL);
  }

  private static List<Question> random(Random random) {
    List<Question> questions = new ArrayList<>();
    int images = 2 + random.nextInt(12);
    // Where answers are missing, units have no share.
    int unanswered = random.nextInt(2);
    for (int i = 0; i < images * 6; i++) {
      Set<String> groups = new TreeSet<>();
      groups.add(List.of("a", "b", "c").get(random.nextInt(3)));
      if (random.nextInt(3) == 0) {
        groups.add("x");
      }
      if (random.nextInt(3) == 0) {
        groups.add("y");
      }
      int kind = random.nextInt(12);
      boolean failed = kind == 0;
      questions.add(
          new Question(
              "image " + i % images,
              groups,
              random.nextInt(4) == 0 ? "" : "unit " + random.nextInt(3),
              failed
                  ? 0
                  : kind == 1 && unanswered == 1
                      ? Double.NaN
                      : new double[] {0, 0.3, 1, 1}[kind % 4],
              failed,
              failed || kind == 1 && unanswered == 1
                  ? ""
                  : List.of("yes", "no", "Other").get(random.nextInt(3)),
              random.nextBoolean() ? "yes" : "no"));
    }
    return questions;
  }

  private static Row row(String method, int index, Question question) {
    List<String> groups = new ArrayList<>(question.groups());
    boolean answered = !Double.isNaN(question.score()) && !question.failed();
    return RowFactory.create(
        "run",
        REVIEWED,
        "test",
        method,
        "q" + index,
        "official",
        answered ? question.said() : null,
        question.label(),
        false,
        Double.isNaN(question.score()) ? null : (Double) question.score(),
        "model",
        question.image(),
        groups.get(0),
        groups.subList(1, groups.size()).toArray(String[]::new),
        question.unit().isEmpty() ? null : question.unit(),
        null,
        SlowMetrics.GUESS,
        answered ? (Double) question.iou() : null,
        null,
        null,
        null,
        null);
  }

  private static List<MethodResult> results(List<Row> rows, MetricRules rules) {
    return Metrics.of(
            Table.SCORES.of(LocalSpark.session(), rows).repartition(3), rules, Few.REPLICATES)
        .results();
  }

  private static Metric find(MethodResult result, String category, String name) {
    return result.metrics().stream()
        .filter(metric -> metric.category().equals(category) && metric.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("No " + category + " " + name));
  }

  private static void equal(OptionalDouble actual, double share, String what) {
    if (Double.isNaN(share)) {
      assertThat(actual).as(what).isEmpty();
    } else {
      assertThat(actual.orElse(Double.NaN)).as(what).isEqualTo(100 * share, within(2e-6));
    }
  }

  private static void check(
      Metric metric, SlowMetrics slow, ToDoubleFunction<SlowMetrics> figure, Set<String> scope) {
    String what = metric.key().method() + " " + metric.name() + "/" + metric.category();
    equal(metric.value(), figure.applyAsDouble(slow), what);
    if (metric.value().isPresent() && metric.counts().clusters() > 1) {
      equal(metric.stderr(), slow.standardError(figure, scope), what + " error");
    } else {
      assertThat(metric.stderr()).as(what).isEmpty();
    }
  }

  @Test
  void everyRuleGivesTheNumberItsDefinitionSays() {
    Random random = new Random(5);
    List<List<Question>> tables = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < RESULTS; i++) {
      List<Question> questions = random(random);
      tables.add(questions);
      for (int j = 0; j < questions.size(); j++) {
        rows.add(row("method %02d".formatted(i), j, questions.get(j)));
      }
    }

    List<MethodResult> results = results(rows, (benchmark, profile) -> everyKind());

    assertThat(results).hasSize(RESULTS);
    for (int i = 0; i < RESULTS; i++) {
      MethodResult result = results.get(i);
      SlowMetrics slow = SlowMetrics.of(tables.get(i));
      for (MetricRule rule : everyKind()) {
        Metric overall = find(result, "all", rule.name());
        check(overall, slow, some -> some.overall(rule), rule.groups());
        equal(overall.chance(), slow.chance(rule), rule.name() + " by chance");
        if (rule.breakdown() == Breakdown.BOTH) {
          for (String group : List.of("a", "b", "c", "x", "y")) {
            check(
                find(result, group, rule.name()),
                slow,
                some -> some.group(rule, group),
                Set.of(group));
          }
        }
      }
      assertThat(result.metrics().stream().filter(Metric::headline))
          .singleElement()
          .extracting(Metric::name)
          .isEqualTo("perception");
      assertThat(result.gaps())
          .contains("perception adds up 2 of its 3 groups; no answers in nowhere");
    }
  }

  @Test
  void answeredOnlyLeavesErrorsAndTheirUnitsOut() {
    Set<String> group = Set.of("a");
    List<Question> pairs =
        List.of(
            new Question("1", group, "u", 1, false, "yes", "yes"),
            new Question("1", group, "u", 0, true, "", "no"),
            new Question("2", group, "u", 1, false, "yes", "yes"),
            new Question("2", group, "u", 1, false, "no", "no"));
    List<Row> rows = new ArrayList<>();
    pairs.forEach(question -> rows.add(row("m", rows.size(), question)));

    MethodResult result =
        results(
                rows,
                (benchmark, profile) ->
                    List.of(
                        MetricRule.pooled("accuracy", Statistic.MEAN),
                        MetricRule.pooled("accuracy_plus", Statistic.UNITS)))
            .get(0);

    assertThat(find(result, "all", "accuracy").value()).hasValue(75);
    assertThat(find(result, "all", "accuracy_plus").value()).hasValue(50);
    assertThat(find(result, "all", "accuracy_answered_only").value()).hasValue(100);
    assertThat(find(result, "all", "accuracy_plus_answered_only").value()).hasValue(100);
    assertThat(find(result, "all", "accuracy_plus_answered_only").counts().n()).isEqualTo(3);
    assertThat(result.counts().errors()).isEqualTo(1);
  }

  @Test
  void groupsWithoutAnswersShowUpWithoutAValue() {
    List<Row> rows =
        List.of(
            row("m", 0, new Question("1", Set.of("a"), "u", 1, false, "yes", "yes")),
            row("m", 1, new Question("2", Set.of("b"), "u", Double.NaN, false, "", "no")));

    MethodResult result =
        results(
                rows,
                (benchmark, profile) ->
                    List.of(
                        MetricRule.pooled("accuracy", Statistic.MEAN),
                        MetricRule.pooled("units", Statistic.UNITS),
                        MetricRule.summed("sum", Statistic.MEAN, Set.of("b"))))
            .get(0);

    assertThat(find(result, "b", "accuracy").value()).isEmpty();
    assertThat(find(result, "b", "accuracy").counts().missing()).isEqualTo(1);
    assertThat(find(result, "b", "units").value()).as("a unit nobody answered").isEmpty();
    assertThat(find(result, "all", "accuracy").value()).hasValue(100);
    assertThat(find(result, "all", "sum").value()).isEmpty();
    assertThat(find(result, "all", "sum").caveat())
        .hasValue(
            "1 of 1 question has no answer; value adds up 0 of its 1 groups; no answers in b");
    assertThat(result.gaps()).containsExactly("sum adds up 0 of its 1 groups; no answers in b");
    assertThat(result.counts().missing()).isEqualTo(1);
  }

  @Test
  void rowsSayWhyTheyAreOverAPart() {
    List<Row> rows =
        List.of(
            row("m", 0, new Question("1", Set.of("image"), "", 1, false, "yes", "yes")),
            row("m", 1, new Question("2", Set.of("image"), "", Double.NaN, false, "", "no")),
            row("m", 2, new Question("3", Set.of("image"), "", 0, true, "", "no")));

    MethodResult result =
        results(rows, (benchmark, profile) -> Benchmarks.KNOWN.named("seed").metrics("official"))
            .get(0);

    assertThat(find(result, "all", "seed_all").value()).isEmpty();
    assertThat(find(result, "all", "seed_all").counts().n()).isEqualTo(2);
    assertThat(find(result, "all", "seed_all").counts().missing()).isEqualTo(1);
    assertThat(find(result, "all", "seed_all").caveat())
        .hasValue(
            "1 of 3 questions has no answer; no value over all 2 groups: no answers in video");
    assertThat(find(result, "all", "seed_video").caveat())
        .hasValue("no value: no answers in video");
    assertThat(find(result, "all", "seed_image").caveat())
        .hasValue("1 of 3 questions has no answer");
    assertThat(find(result, "image", "accuracy").caveat())
        .hasValue("1 of 3 questions has no answer");
  }

  @Test
  void rowsOfUnitsSayWhichAreNotWhole() {
    List<Row> rows =
        List.of(
            row("m", 0, new Question("1", Set.of("a"), "u", 1, false, "yes", "yes")),
            row("m", 1, new Question("1", Set.of("a"), "u", Double.NaN, false, "", "no")),
            row("m", 2, new Question("2", Set.of("b"), "v", 1, false, "yes", "yes")));

    MethodResult result =
        results(rows, (benchmark, profile) -> List.of(MetricRule.pooled("units", Statistic.UNITS)))
            .get(0);

    assertThat(find(result, "a", "units").caveat())
        .hasValue(
            "1 of 2 questions has no answer;"
                + " no value: 1 of its units have answers to some of their questions only");
    assertThat(find(result, "b", "units").caveat()).hasValue("too few to tell: 1 image");
    assertThat(find(result, "b", "units").value()).hasValue(100);
  }

  @Test
  void relativePointsAreRoundedAsTheReferenceDoes() {
    // Means 22/3 = 7.333 and 26/3 = 8.667: 84.6077..., without an error 22/16 is 137.5.
    List<Row> rows = new ArrayList<>();
    for (String points : List.of("8.0 9.0", "8.0 13.0")) {
      rows.add(row("m", rows.size(), new Question("1", Set.of("a"), "", 0.5, false, points, "x")));
    }
    rows.add(row("m", 2, new Question("2", Set.of("a"), "", 0, true, "", "x")));
    rows.add(row("m", 3, new Question("2", Set.of("b"), "", 0, false, "", "x")));

    MethodResult result =
        results(
                rows,
                (benchmark, profile) -> List.of(MetricRule.pooled("score", Statistic.RELATIVE)))
            .get(0);

    assertThat(find(result, "a", "score").value()).hasValue(84.6);
    assertThat(find(result, "a", "score_answered_only").value()).hasValue(137.5);
    assertThat(find(result, "b", "score").value()).as("-1 over -1").hasValue(100);
    assertThat(find(result, "all", "score").value()).hasValue(84);
    assertThat(find(result, "all", "score").stderr()).isPresent();
  }
}
