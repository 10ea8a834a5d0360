package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.metric.tally.Clusters;
import io.prumerge.score.Scores;
import io.prumerge.store.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("spark")
class MetricsTest {

  private static List<Metric> metrics(List<Row> predictions, String... idsAndAnswers) {
    Dataset<Row> scores =
        new Scores(Benchmarks.KNOWN)
            .of(
                Rows.predictions(predictions),
                Rows.questions(predictions, idsAndAnswers),
                Benchmark.OFFICIAL);
    return Metrics.of(scores, Few.REPLICATES).metrics();
  }

  private static Metric find(List<Metric> metrics, String category, String name) {
    return metrics.stream()
        .filter(metric -> metric.category().equals(category) && metric.name().equals(name))
        .reduce(
            (a, b) -> {
              throw new AssertionError("Twice: " + category + " " + name);
            })
        .orElseThrow(() -> new AssertionError("No " + category + " " + name));
  }

  private static double value(List<Metric> metrics, String category, String name) {
    return find(metrics, category, name).value().orElseThrow();
  }

  @Test
  void givesTheOfficialEvaluatorsNumbers() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                getClass().getResourceAsStream("/goldens/pope_metrics.jsonl"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode golden = mapper.readTree(line);
        List<Row> predictions = new ArrayList<>();
        List<String> references = new ArrayList<>();
        for (int i = 0; i < golden.get("labels").size(); i++) {
          references.add("q" + i);
          references.add(golden.get("labels").get(i).textValue());
          predictions.add(
              Rows.prediction(
                  "question_id", "q" + i, "answer", golden.get("answers").get(i).textValue()));
        }

        List<Metric> metrics = metrics(predictions, references.toArray(String[]::new));

        golden
            .get("metrics")
            .properties()
            .forEach(
                expected ->
                    assertThat(value(metrics, "random", expected.getKey()))
                        .as("%s of %d questions", expected.getKey(), predictions.size())
                        .isEqualTo(100 * expected.getValue().doubleValue(), within(1e-9)));
      }
    }
  }

  @Test
  void headlineIsThePlainMeanOfTheSettings() {
    // random: one true positive, one false negative: f1 2/3. Others: one true positive: f1 1.
    List<Metric> metrics =
        metrics(
            List.of(
                Rows.prediction("question_id", "1", "answer", "yes"),
                Rows.prediction("question_id", "2", "answer", "no"),
                Rows.prediction("question_id", "3", "answer", "yes", "category", "popular"),
                Rows.prediction("question_id", "4", "answer", "yes", "category", "adversarial")),
            "1",
            "yes",
            "2",
            "yes",
            "3",
            "yes",
            "4",
            "yes");

    assertThat(value(metrics, "all", "f1")).isEqualTo(100 * (2.0 / 3 + 2) / 3, within(1e-9));
    assertThat(value(metrics, "all", "accuracy")).isEqualTo(250 / 3.0, within(1e-9));
    assertThat(metrics.stream().filter(Metric::headline))
        .singleElement()
        .satisfies(
            metric -> {
              assertThat(metric.name()).isEqualTo("f1");
              assertThat(metric.category()).isEqualTo("all");
              assertThat(metric.counts().n()).isEqualTo(4);
              assertThat(metric.counts().clusters()).as("one image").isEqualTo(1);
              assertThat(metric.stderr()).isEmpty();
            });
  }

  @Test
  void countsAnErrorAsTheOppositeOfItsLabel() {
    List<Metric> metrics =
        metrics(
            List.of(
                Rows.prediction("question_id", "1", "answer", "yes"),
                Rows.prediction("question_id", "2", "answer", null, "error", "image_missing: x"),
                Rows.prediction("question_id", "3", "answer", null, "error", "image_missing: x")),
            "1",
            "yes",
            "2",
            "yes",
            "3",
            "no");

    Metric f1 = find(metrics, "random", "f1");
    assertThat(f1.counts().errors()).isEqualTo(2);
    assertThat(f1.counts().n()).isEqualTo(3);
    assertThat(f1.value().orElseThrow())
        .as("1 true positive, 1 false negative, 1 false positive")
        .isEqualTo(50, within(1e-9));
    assertThat(value(metrics, "random", "accuracy")).isEqualTo(100 / 3.0, within(1e-9));
    assertThat(value(metrics, "random", "accuracy_answered_only")).isEqualTo(100);
    assertThat(find(metrics, "random", "f1_answered_only").counts().n()).isEqualTo(1);
  }

  @Test
  void leavesUndefinedValuesOut() {
    List<Metric> metrics =
        metrics(List.of(Rows.prediction("question_id", "1", "answer", "no")), "1", "no");

    assertThat(find(metrics, "random", "precision").value()).isEmpty();
    assertThat(find(metrics, "random", "f1").value()).isEmpty();
    assertThat(find(metrics, "all", "f1").value()).isEmpty();
    assertThat(value(metrics, "random", "accuracy")).isEqualTo(100);
  }

  @Test
  void standardErrorsAreClusteredByImage() {
    Random random = new Random(3);
    String[] settings = {"adversarial", "popular", "random"};
    List<Row> predictions = new ArrayList<>();
    List<String> references = new ArrayList<>();
    Map<String, double[]> residualsOverall = new HashMap<>();
    Map<String, List<double[]>> byCategory = new HashMap<>();
    for (int i = 0; i < 300; i++) {
      int image = random.nextInt(17);
      String setting = settings[random.nextInt(20) % (image % 2 + 2)];
      boolean right = random.nextInt(20) < 10 + image % 5;
      String label = random.nextBoolean() ? "yes" : "no";
      references.add("q" + i);
      references.add(label);
      predictions.add(
          Rows.prediction(
              "question_id",
              "q" + i,
              "image_id",
              "i" + image,
              "category",
              setting,
              "answer",
              right == label.equals("yes") ? "yes" : "no"));
      byCategory
          .computeIfAbsent(setting, key -> new ArrayList<>())
          .add(new double[] {image, right ? 1 : 0});
    }
    for (List<double[]> category : byCategory.values()) {
      double mean = category.stream().mapToDouble(pair -> pair[1]).average().orElseThrow();
      for (double[] pair : category) {
        residualsOverall.computeIfAbsent("i" + pair[0], key -> new double[1])[0] +=
            (pair[1] - mean) / category.size() / byCategory.size();
      }
    }
    double clusters = residualsOverall.size();
    double squares = residualsOverall.values().stream().mapToDouble(sum -> sum[0] * sum[0]).sum();
    double expected = 100 * Math.sqrt(clusters / (clusters - 1) * squares);

    List<Metric> metrics = metrics(predictions, references.toArray(String[]::new));

    Metric accuracy = find(metrics, "all", "accuracy");
    assertThat(accuracy.counts().clusters()).isEqualTo(17);
    assertThat(accuracy.stderr().orElseThrow()).isEqualTo(expected, within(1e-9));
    assertThat(find(metrics, "random", "accuracy").stderr()).isPresent();
  }

  @Test
  void missingAnswersStandBesideTheScore() {
    List<Metric> metrics =
        metrics(
            List.of(
                Rows.prediction("question_id", "1", "answer", "yes"),
                Rows.prediction("question_id", "2", "answer", null)),
            "1",
            "yes",
            "2",
            "yes");

    Metric accuracy = find(metrics, "random", "accuracy");
    assertThat(accuracy.value().orElseThrow()).isEqualTo(100);
    assertThat(accuracy.counts().n()).isEqualTo(1);
    assertThat(accuracy.counts().missing()).isEqualTo(1);
  }

  @Test
  void deltasAreTakenFromTheBaselineInPoints() {
    List<Metric> metrics =
        metrics(
            List.of(
                Rows.prediction("question_id", "1", "answer", "yes"),
                Rows.prediction("question_id", "2", "answer", "no"),
                Rows.prediction("question_id", "1", "answer", "no", "method", "prumerge"),
                Rows.prediction("question_id", "2", "answer", "no", "method", "prumerge")),
            "1",
            "yes",
            "2",
            "no");

    List<Row> rows =
        Metric.TABLE
            .of(LocalSpark.session(), Metric.TABLE.rows(metrics))
            .where("category = 'random' AND metric = 'accuracy'")
            .orderBy("method")
            .collectAsList();

    assertThat(rows)
        .extracting(row -> row.<Double>getAs("delta_vs_baseline"))
        .containsExactly(0.0, -50.0);
  }

  @Test
  void anImageIsOneWhateverItIsCalled() {
    List<Row> predictions = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      predictions.add(
          Rows.prediction(
              "question_id",
              Integer.toString(i),
              "image_id",
              "file " + i,
              "image_sha256",
              i < 4 ? "the same" : null,
              "answer",
              "yes"));
    }

    Metric accuracy =
        find(
            metrics(
                predictions, "0", "yes", "1", "no", "2", "yes", "3", "no", "4", "no", "5", "no"),
            "all",
            "accuracy");

    assertThat(accuracy.counts().clusters()).as("one that is known, two by name").isEqualTo(3);
  }

  /**
   * Two clips of a film are one, whichever frames of them were seen; a name may look like a set.
   */
  @Test
  void aVideoIsOneWhicheverPartOfItWasSeen() {
    List<Row> predictions = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String video = i < 4 ? "film.mp4" : i < 6 ? "[\"a\",\"b\"]" : null;
      predictions.add(
          Rows.prediction(
              "question_id",
              Integer.toString(i),
              "image_id",
              video + "#t=" + i + "," + (i + 1),
              "image_sha256",
              "frames " + i,
              "protocol",
              "lmms-eval:8",
              "video",
              video,
              "answer",
              "yes"));
    }
    String[] references =
        IntStream.range(0, 8)
            .boxed()
            .flatMap(i -> Stream.of(Integer.toString(i), i % 3 == 0 ? "no" : "yes"))
            .toArray(String[]::new);

    Metric accuracy = find(metrics(predictions, references), "all", "accuracy");

    assertThat(accuracy.counts().clusters()).as("two videos, two without a name").isEqualTo(4);
  }

  @Test
  void equalNamesInTwoBenchmarksAreTwoImages() {
    List<Row> predictions = new ArrayList<>();
    for (String benchmark : List.of("pope", "mme")) {
      for (String method : List.of("none", "prumerge")) {
        for (String id : List.of("1", "2")) {
          predictions.add(
              Rows.prediction(
                  "benchmark",
                  benchmark,
                  "method",
                  method,
                  "question_id",
                  id,
                  "image_id",
                  id,
                  "category",
                  benchmark.equals("mme") ? "OCR" : "random",
                  "answer",
                  "yes"));
        }
      }
    }
    Dataset<Row> rows = Rows.predictions(predictions);
    Dataset<Row> scores =
        new Scores(Benchmarks.KNOWN)
            .of(rows, Rows.questions(predictions, "1", "yes", "2", "yes"))
            .where("profile = 'official'");

    assertThat(
            Clusters.of(scores, MetricRules.of(Benchmarks.KNOWN), "none")
                .map(image -> image.clusters().size())
                .collect())
        .as("an image has the two methods' answers on one benchmark")
        .containsOnly(2);
  }

  @Test
  void loyaltyIsTheShareOfTheBaselinesAnswers() {
    List<Row> predictions =
        List.of(
            Rows.prediction("question_id", "1", "answer", "Yes, it is."),
            Rows.prediction("question_id", "2", "answer", "no"),
            Rows.prediction("question_id", "3", "answer", null, "error", "image_missing: x"),
            Rows.prediction("question_id", "4", "answer", "no"),
            Rows.prediction("question_id", "1", "answer", "yes", "method", "prumerge"),
            Rows.prediction("question_id", "2", "answer", "yes", "method", "prumerge"),
            Rows.prediction(
                "question_id", "3", "answer", null, "method", "prumerge", "error", "oom: x"),
            Rows.prediction("question_id", "4", "answer", null, "method", "prumerge"));
    Dataset<Row> scores =
        new Scores(Benchmarks.KNOWN)
            .of(
                Rows.predictions(predictions),
                Rows.questions(predictions, "1", "no", "2", "yes", "3", "no", "4", "yes"),
                Benchmark.OFFICIAL);

    List<Metric> loyalties =
        Metrics.compared(scores, Few.REPLICATES, List.of()).metrics().stream()
            .filter(metric -> metric.name().startsWith("loyalty"))
            .filter(metric -> metric.category().equals("all"))
            .toList();

    assertThat(loyalties)
        .extracting(metric -> metric.key().method() + " " + metric.name())
        .as("the baseline has none")
        .containsExactly("prumerge loyalty", "prumerge loyalty_answered_only");
    assertThat(loyalties.get(0).value().orElseThrow())
        .as("equal answer, different answer, two errors; a missing answer does not count")
        .isEqualTo(100 / 3.0, within(1e-9));
    assertThat(loyalties.get(1).value()).hasValue(50);
    assertThat(Metrics.of(scores, Few.REPLICATES).metrics())
        .extracting(Metric::name)
        .doesNotContain("loyalty");
  }

  @Test
  void perfectAnswersHaveAnIntervalThatEndsAtAllOfThem() {
    List<Row> predictions = new ArrayList<>();
    List<String> references = new ArrayList<>();
    List<String> settings = List.of("random", "popular", "adversarial");
    for (int i = 0; i < 21; i++) {
      references.addAll(List.of("q" + i, "yes"));
      for (String method : List.of("none", "prumerge")) {
        predictions.add(
            Rows.prediction(
                "question_id",
                "q" + i,
                "image_id",
                "i" + i,
                "answer",
                "yes",
                "method",
                method,
                "category",
                settings.get(i % 3)));
      }
    }

    Metric accuracy =
        metrics(predictions, references.toArray(String[]::new)).stream()
            .filter(
                metric -> metric.key().method().equals("prumerge") && metric.name().equals("f1"))
            .filter(metric -> metric.category().equals("all"))
            .findFirst()
            .orElseThrow();
    Comparison comparison = accuracy.comparison().orElseThrow();

    assertThat(accuracy.interval().orElseThrow().high()).isEqualTo(100, within(1e-9));
    assertThat(accuracy.interval().orElseThrow().low()).isBetween(75.0, 90.0);
    assertThat(comparison.interval().orElseThrow().low()).isBetween(-20.0, -10.0);
    assertThat(comparison.test().orElseThrow().pValue()).isEqualTo(1);
    assertThat(accuracy.mde()).isEmpty();
  }

  /** 1,200 categories of free text with two answers each, one with three, and one called other. */
  @Test
  void rareCategoriesOfFreeTextAreOneGroup() {
    Dataset<Row> scores =
        manyCategories(
            "CASE WHEN id < 2400 THEN concat('c', 1000 + id div 2)"
                + " WHEN id < 2401 THEN 'c2199' ELSE 'other' END",
            "NULL");

    Measurements measured = Metrics.of(scores, Few.REPLICATES);

    List<Metric> test =
        measured.metrics().stream()
            .filter(metric -> metric.key().split().equals("test"))
            .filter(metric -> metric.name().equals("accuracy"))
            .toList();
    assertThat(test).hasSize(1001);
    assertThat(test.stream().filter(metric -> metric.category().startsWith("c")))
        .hasSize(999)
        .extracting(Metric::category)
        .contains("c1000", "c1997", "c2199")
        .doesNotContain("c1998", "c2198");
    assertThat(find(test, "c2199", "accuracy").counts().n()).isEqualTo(3);
    assertThat(find(test, "other", "accuracy").counts().n()).isEqualTo(9 + 2 * 201);
    assertThat(find(test, "all", "accuracy").counts().n()).isEqualTo(2410);
    assertThat(Caveats.of(measured.results()))
        .containsExactly(
            "custom/test: of 1,201 categories, the 999 with the most answers have figures of their"
                + " own; all others are together in 'other'");
  }

  /** Every question has a group of its own, and one that most have; a rule asks for a rare one. */
  @Test
  void soAreRareGroupsButForThoseThatRulesName() {
    Dataset<Row> scores =
        manyCategories("'c'", "array(concat('g', 10000 + id), if(id % 2 = 0, 'even', 'odd'))");
    MetricRules rules =
        (benchmark, profile) ->
            List.of(
                MetricRule.pooled("accuracy", Statistic.MEAN),
                MetricRule.within("rare", Statistic.MEAN, "g12409"));

    Measurements measured = Metrics.of(scores, rules, Few.REPLICATES);

    List<Metric> test =
        measured.metrics().stream().filter(metric -> metric.key().split().equals("test")).toList();
    assertThat(
            test.stream()
                .filter(metric -> metric.name().equals("accuracy"))
                .map(Metric::category)
                .filter(category -> category.startsWith("g")))
        .hasSize(996);
    assertThat(find(test, "all", "rare").counts().n()).isOne();
    assertThat(find(test, "even", "accuracy").counts().n()).isEqualTo(1205);
    assertThat(find(test, "c", "accuracy").counts().n()).isEqualTo(2410);
    assertThat(find(test, "other", "accuracy").counts().n()).isEqualTo(2410 - 996);
    assertThat(Caveats.of(measured.results()))
        .containsExactly(
            "custom/test: of 2,413 categories, the 999 with the most answers have figures of their"
                + " own; all others are together in 'other'");
  }

  /**
   * Returns 2,410 scores of one split, and 10 of another.
   *
   * @param category expression of a number {@code id}
   * @param groups another one
   */
  private static Dataset<Row> manyCategories(String category, String groups) {
    String[] columns =
        Arrays.stream(Table.SCORES.schema().fields())
            .map(
                field ->
                    switch (field.name()) {
                      case "run_id" -> "'run' AS run_id";
                      case "model" -> "'mini' AS model";
                      case "benchmark" -> "'custom' AS benchmark";
                      case "split" -> "if(id < 2410, 'test', 'few') AS split";
                      case "method" -> "'none' AS method";
                      case "profile" -> "'exact' AS profile";
                      case "question_id", "image_id" -> "CAST(id AS STRING) AS " + field.name();
                      case "category" -> category + " AS category";
                      case "groups" -> "CAST(" + groups + " AS ARRAY<STRING>) AS groups";
                      case "parsed", "gold" -> "'a' AS " + field.name();
                      case "unparsed" -> "false AS unparsed";
                      case "score" -> "CAST(id % 2 AS DOUBLE) AS score";
                      default ->
                          "CAST(NULL AS %s) AS %s".formatted(field.dataType().sql(), field.name());
                    })
            .toArray(String[]::new);
    return LocalSpark.session().range(0, 2420).selectExpr(columns);
  }
}
