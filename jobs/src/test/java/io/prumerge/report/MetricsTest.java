package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class MetricsTest {

  private static List<Metric> metrics(List<Row> predictions, String... idsAndAnswers) {
    Dataset<Row> scores =
        Scores.of(
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
            .fields()
            .forEachRemaining(
                expected ->
                    assertThat(value(metrics, "random", expected.getKey()))
                        .as("%s of %d questions", expected.getKey(), predictions.size())
                        .isEqualTo(100 * expected.getValue().doubleValue(), within(1e-9)));
      }
    }
  }

  @Test
  void headlineIsThePlainMeanOfTheSettings() {
    // random: one true positive, one false negative: f1 2/3. popular: one true positive: f1 1.
    List<Metric> metrics =
        metrics(
            List.of(
                Rows.prediction("question_id", "1", "answer", "yes"),
                Rows.prediction("question_id", "2", "answer", "no"),
                Rows.prediction("question_id", "3", "answer", "yes", "category", "popular")),
            "1",
            "yes",
            "2",
            "yes",
            "3",
            "yes");

    assertThat(value(metrics, "all", "f1")).isEqualTo(100 * (2.0 / 3 + 1) / 2, within(1e-9));
    assertThat(value(metrics, "all", "accuracy")).isEqualTo(75, within(1e-9));
    assertThat(metrics.stream().filter(Metric::headline))
        .singleElement()
        .satisfies(
            metric -> {
              assertThat(metric.name()).isEqualTo("f1");
              assertThat(metric.category()).isEqualTo("all");
              assertThat(metric.n()).isEqualTo(3);
              assertThat(metric.clusters()).as("one image").isEqualTo(1);
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
    assertThat(f1.errors()).isEqualTo(2);
    assertThat(f1.n()).isEqualTo(3);
    assertThat(f1.value().orElseThrow())
        .as("1 true positive, 1 false negative, 1 false positive")
        .isEqualTo(50, within(1e-9));
    assertThat(value(metrics, "random", "accuracy")).isEqualTo(100 / 3.0, within(1e-9));
    assertThat(value(metrics, "random", "accuracy_answered_only")).isEqualTo(100);
    assertThat(find(metrics, "random", "f1_answered_only").n()).isEqualTo(1);
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
    assertThat(accuracy.clusters()).isEqualTo(17);
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

    Metric accuracy = find(metrics, "all", "accuracy");
    assertThat(accuracy.value().orElseThrow()).isEqualTo(100);
    assertThat(accuracy.n()).isEqualTo(1);
    assertThat(accuracy.missing()).isEqualTo(1);
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
        Table.METRICS
            .of(LocalSpark.session(), metrics.stream().map(Metric::row).toList())
            .where("category = 'all' AND metric = 'accuracy'")
            .orderBy("method")
            .collectAsList();

    assertThat(rows)
        .extracting(row -> row.<Double>getAs("delta_vs_baseline"))
        .containsExactly(0.0, -50.0);
  }
}
