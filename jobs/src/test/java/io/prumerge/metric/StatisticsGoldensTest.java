package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.statistics.Holm;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole evaluation, measured here and by scipy and statsmodels. */
@Tag("spark")
class StatisticsGoldensTest {

  private static final Offset<Double> EXACT = within(1e-9);

  /** The golden's benchmarks under names that there are. */
  private static final Map<String, String> BENCHMARKS =
      Map.of("a", "pope", "b", "mme", "c", "llava-bench");

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
            (benchmark, profile) ->
                benchmark.equals("llava-bench")
                    ? List.of(MetricRule.pooled("score", Statistic.RELATIVE))
                    : RULES,
            Inference.against("none", 4000));
  }

  private static Row row(String id, String method, JsonNode row, JsonNode said, JsonNode score) {
    String unit = row.get(2).textValue();
    return RowFactory.create(
        "run",
        BENCHMARKS.get(row.get(0).textValue()),
        "test",
        method,
        id,
        row.get(0).textValue().equals("c") ? "another judge's" : "official",
        said.textValue(),
        row.get(3).textValue(),
        false,
        score.doubleValue(),
        "model",
        row.get(1).textValue(),
        "category",
        new String[0],
        unit.isEmpty() ? null : unit,
        row.get(1).textValue(),
        0.5,
        null,
        null,
        null,
        null,
        null);
  }

  private static Metric find(String benchmark, String method, String name) {
    return measured.metrics().stream()
        .filter(
            metric ->
                metric.key().benchmark().equals(BENCHMARKS.get(benchmark))
                    && metric.key().method().equals(method)
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
  void f1AndUnitsHaveTheErrorsOfRatios() {
    for (String figure : List.of("f1", "plus")) {
      for (String method : List.of("none", "prumerge")) {
        String name = figure + "/" + method;
        Metric metric = find("a", method, figure);

        assertThat(metric.value().orElseThrow()).as(name).isEqualTo(exact(name, 0), EXACT);
        assertThat(metric.stderr().orElseThrow()).as(name).isEqualTo(exact(name, 1), EXACT);
        equal(metric.interval().orElseThrow(), name);
        assertThat(metric.uncertainty()).hasValue(Uncertainty.CLUSTERED_WILSON);
      }
    }
  }

  @Test
  void testsAreClusteredByImageAndCorrectedByHolm() {
    DifferenceTest first = test("a", "accuracy");
    DifferenceTest second = test("b", "accuracy");

    assertThat(first.way().label()).isEqualTo("clustered_t");
    assertThat(first.pValue()).isEqualTo(exact("a/delta", 4), EXACT);
    assertThat(second.pValue()).isEqualTo(exact("b/delta", 4), EXACT);
    double[] pValues = {first.pValue(), second.pValue()};
    assertThat(new double[] {first.adjusted().orElseThrow(), second.adjusted().orElseThrow()})
        .as("over two headlines")
        .containsExactly(Holm.adjusted(pValues), EXACT);
    assertThat(test("a", "f1").adjusted()).as("no headline").isEmpty();
    assertThat(test("c", "score").adjusted()).as("not the benchmark's own profile").isEmpty();
  }

  private static DifferenceTest test(String benchmark, String metric) {
    return find(benchmark, "prumerge", metric).comparison().flatMap(Comparison::test).orElseThrow();
  }

  @Test
  void retentionIsPairedAndClusteredAcrossBenchmarks() {
    RetentionEstimate own =
        measured.retention(new MethodKey("run", "model", "prumerge")).orElseThrow();
    RetentionEstimate base =
        measured.retention(new MethodKey("run", "model", "none")).orElseThrow();

    assertThat(own.value()).isEqualTo(exact("retention", 0), EXACT);
    assertThat(own.error().orElseThrow()).isEqualTo(exact("retention", 1), EXACT);
    equal(own.interval().orElseThrow(), "retention");
    assertThat(base.value()).isEqualTo(100);
    assertThat(base.error()).hasValue(0);
    assertThat(base.interval()).isEmpty();
  }

  @Test
  void figuresWithoutAMostHaveTheBootstrapsIntervalsWithinItsError() {
    for (String method : List.of("none", "prumerge")) {
      Metric metric = find("c", method, "score");
      assertThat(metric.uncertainty()).hasValue(Uncertainty.CLUSTER_BOOTSTRAP);
      near(metric.interval().orElseThrow(), "relative/" + method);
    }
    Comparison comparison = find("c", "prumerge", "score").comparison().orElseThrow();
    near(comparison.interval().orElseThrow(), "relative/delta");
    assertThat(comparison.test().orElseThrow().way()).isEqualTo(Uncertainty.CLUSTER_BOOTSTRAP);
    assertThat(comparison.test().orElseThrow().pValue())
        .isCloseTo(
            golden.get("bootstrapped").get("relative/delta").get(3).doubleValue(), within(0.02));
  }

  @Test
  void intervalsOfSharesLieWhereTheBootstrapPutsThem() {
    for (String figure : List.of("f1", "plus")) {
      for (String method : List.of("none", "prumerge")) {
        near(find("a", method, figure).interval().orElseThrow(), figure + "/" + method);
      }
      near(
          find("a", "prumerge", figure).comparison().flatMap(Comparison::interval).orElseThrow(),
          figure + "/delta");
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
