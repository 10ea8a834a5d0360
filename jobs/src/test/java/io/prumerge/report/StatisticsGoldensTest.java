package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.statistics.Interval;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A whole evaluation, measured here and by scipy and statsmodels. */
class StatisticsGoldensTest {

  private static final Offset<Double> EXACT = within(1e-9);

  /** The golden's benchmarks under names that there are. */
  private static final Map<String, String> BENCHMARKS = Map.of("a", "pope", "b", "mme");

  private static final List<MetricRule> RULES =
      List.of(
          MetricRule.pooled("accuracy", Statistic.MEAN),
          MetricRule.pooled("f1", Statistic.F1),
          MetricRule.pooled("plus", Statistic.UNITS));

  private static JsonNode golden;
  private static Measurements measured;

  @BeforeAll
  static void measure() throws IOException {
    try (InputStream bytes =
        new GZIPInputStream(
            StatisticsGoldensTest.class.getResourceAsStream("/goldens/statistics.json.gz"))) {
      golden = new ObjectMapper().readTree(bytes);
    }
    List<Row> rows = new ArrayList<>();
    for (JsonNode row : golden.get("rows")) {
      String id = "q" + rows.size();
      rows.add(row(id, "none", row, row.get(4), row.get(5)));
      rows.add(row(id, "prumerge", row, row.get(6), row.get(7)));
    }
    measured =
        Metrics.of(
            Table.SCORES.of(LocalSpark.session(), rows),
            (benchmark, profile) -> RULES,
            new Inference("none", 4000));
  }

  private static Row row(String id, String method, JsonNode row, JsonNode said, JsonNode score) {
    String unit = row.get(2).textValue();
    return RowFactory.create(
        "run",
        BENCHMARKS.get(row.get(0).textValue()),
        "test",
        method,
        id,
        "official",
        said.textValue(),
        row.get(3).textValue(),
        false,
        score.doubleValue(),
        "model",
        row.get(1).textValue(),
        "category",
        new String[0],
        unit.isEmpty() ? null : unit);
  }

  private static Metric find(String benchmark, String method, String name) {
    return measured.metrics().stream()
        .filter(
            metric ->
                metric.benchmark().equals(BENCHMARKS.get(benchmark))
                    && metric.method().equals(method)
                    && metric.category().equals("all")
                    && metric.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static double exact(String name, int index) {
    return golden.get("exact").get(name).get(index).doubleValue();
  }

  private static void equal(Interval interval, String name) {
    assertThat(interval.low()).as(name).isEqualTo(exact(name, 2), EXACT);
    assertThat(interval.high()).as(name).isEqualTo(exact(name, 3), EXACT);
  }

  @Test
  void meansHaveTheErrorsAndIntervalsOfARegressionWithClusters() {
    for (String benchmark : List.of("a", "b")) {
      for (String method : List.of("none", "prumerge")) {
        String name = benchmark + "/" + method;
        Metric accuracy = find(benchmark, method, "accuracy");

        assertThat(accuracy.value().orElseThrow()).as(name).isEqualTo(exact(name, 0), EXACT);
        assertThat(accuracy.stderr().orElseThrow()).as(name).isEqualTo(exact(name, 1), EXACT);
        equal(accuracy.interval().orElseThrow(), name);
      }
    }
  }

  @Test
  void differencesOfMeansAreThoseOfPairs() {
    for (String benchmark : List.of("a", "b")) {
      Comparison comparison = find(benchmark, "prumerge", "accuracy").comparison().orElseThrow();
      String name = benchmark + "/delta";

      assertThat(comparison.delta()).isEqualTo(exact(name, 0), EXACT);
      equal(comparison.interval().orElseThrow(), name);
    }
  }

  @Test
  void testsAreClusteredWhereQuestionsShareImages() {
    Comparison.Test clustered = test("a");
    Comparison.Test independent = test("b");

    assertThat(clustered.name()).isEqualTo("clustered_t");
    assertThat(clustered.pValue()).isEqualTo(exact("a/delta", 4), EXACT);
    assertThat(independent.name()).isEqualTo("mcnemar_exact");
    assertThat(independent.pValue()).isEqualTo(exact("b/mcnemar", 0), EXACT);
    double smaller = Math.min(clustered.pValue(), independent.pValue());
    double larger = Math.max(clustered.pValue(), independent.pValue());
    assertThat(List.of(clustered.adjusted().orElseThrow(), independent.adjusted().orElseThrow()))
        .as("Holm over two headlines")
        .containsExactlyInAnyOrder(2 * smaller, Math.max(2 * smaller, larger));
  }

  private static Comparison.Test test(String benchmark) {
    return find(benchmark, "prumerge", "accuracy")
        .comparison()
        .flatMap(Comparison::test)
        .orElseThrow();
  }

  @Test
  void retentionIsPairedAndClusteredAcrossBenchmarks() {
    Estimate own = measured.retention(new MethodKey("run", "model", "prumerge")).orElseThrow();
    Estimate base = measured.retention(new MethodKey("run", "model", "none")).orElseThrow();

    assertThat(own.value()).isEqualTo(exact("retention", 0), EXACT);
    assertThat(own.error().orElseThrow()).isEqualTo(exact("retention", 1), EXACT);
    assertThat(base.value()).isEqualTo(100);
    assertThat(base.error()).hasValue(0);
  }

  @Test
  void otherFiguresHaveTheBootstrapsIntervalsWithinItsError() {
    for (String figure : List.of("f1", "plus")) {
      for (String method : List.of("none", "prumerge")) {
        near(find("a", method, figure).interval().orElseThrow(), figure + "/" + method);
      }
      Comparison comparison = find("a", "prumerge", figure).comparison().orElseThrow();
      near(comparison.interval().orElseThrow(), figure + "/delta");
      assertThat(comparison.test().orElseThrow().adjusted()).as("no headline").isEmpty();
    }
  }

  /**
   * Ends of 4,000 against 20,000 replicates have a standard error of about 0.06 of the figure's.
   */
  private static void near(Interval interval, String name) {
    JsonNode expected = golden.get("bootstrapped").get(name);
    double error = expected.get(2).doubleValue();
    assertThat(interval.low())
        .as(name)
        .isCloseTo(expected.get(0).doubleValue(), within(0.2 * error));
    assertThat(interval.high())
        .as(name)
        .isCloseTo(expected.get(1).doubleValue(), within(0.2 * error));
  }
}
