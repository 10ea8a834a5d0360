package io.prumerge.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One image has no spread, wherever it stands alone; equal images have one of 0. */
@Tag("spark")
class SpreadTest {

  private static final MethodKey NONE = new MethodKey("1", "mini", "none");
  private static final MethodKey CUT = new MethodKey("1", "mini", "cut");

  private static final MetricRules RULES =
      (benchmark, profile) ->
          benchmark.equals("mme")
              ? List.of(
                  MetricRule.summed("sum", Statistic.MEAN, Set.of("a", "b")),
                  MetricRule.grouped("share", Statistic.MEAN),
                  MetricRule.pooled("pooled", Statistic.MEAN))
              : List.of(
                  MetricRule.pooled("accuracy", Statistic.MEAN),
                  MetricRule.pooled("precision", Statistic.PRECISION));

  private final List<Row> rows = new ArrayList<>();
  private int images;

  @BeforeEach
  void clear() {
    rows.clear();
  }

  /** Adds an answer of both methods about a new image. */
  private void add(String benchmark, String group, String said, double none, double cut) {
    String image = "sha " + images++;
    rows.add(row(NONE, benchmark, group, image, said, none));
    rows.add(row(CUT, benchmark, group, image, said, cut));
  }

  private static Row row(
      MethodKey method, String benchmark, String group, String image, String said, double score) {
    return RowFactory.create(
        method.runId(),
        benchmark,
        "test",
        method.method(),
        "question about " + image,
        "official",
        said,
        "yes",
        false,
        score,
        method.model(),
        image,
        group,
        new String[0],
        null,
        image,
        0.5,
        null,
        null,
        null,
        null,
        null);
  }

  private Measurements measured() {
    return Metrics.of(
        Table.SCORES.of(LocalSpark.session(), rows),
        RULES,
        Inference.against("none", 100)
            .comparing(List.of(new Contrast(CUT, NONE, ContrastScope.EVERYTHING))),
        List.of(new AllPairs(List.of(new Entrant(List.of(NONE)), new Entrant(List.of(CUT))))));
  }

  private static Metric find(
      Measurements measured, String benchmark, String category, String name) {
    return measured.metrics().stream()
        .filter(one -> one.key().benchmark().equals(benchmark))
        .filter(one -> one.key().method().equals("cut"))
        .filter(one -> one.category().equals(category) && one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void assertWithoutError(Metric metric) {
    assertThat(metric.value()).isPresent();
    assertThat(metric.stderr()).isEmpty();
    assertThat(metric.interval()).isEmpty();
    assertThat(metric.comparison().orElseThrow().interval()).isEmpty();
    assertThat(metric.comparison().orElseThrow().test()).isEmpty();
    assertThat(metric.mde()).isEmpty();
  }

  private static void assertWithoutRetentionsError(Measurements measured) {
    assertThat(measured.retention(CUT).orElseThrow().error()).isEmpty();
    assertThat(measured.retention(CUT).orElseThrow().interval()).isEmpty();
    assertThat(measured.retention(NONE).orElseThrow().value()).isEqualTo(100, within(1e-9));
    assertThat(measured.retention(NONE).orElseThrow().error()).as("by definition").hasValue(0);
    assertThat(measured.contrasts())
        .filteredOn(one -> one.metric().equals(ContrastResult.RETENTION))
        .singleElement()
        .satisfies(one -> assertThat(one.comparison().test()).isEmpty());
    assertThat(measured.pairs().get(0))
        .singleElement()
        .satisfies(one -> assertThat(one.comparison().test()).isEmpty());
  }

  @Test
  void aSumOfTasksHasNoErrorWhereOneTaskHasOneImage() {
    add("mme", "a", "yes", 1, 0);
    add("mme", "a", "yes", 1, 1);
    add("mme", "a", "no", 0, 1);
    add("mme", "b", "yes", 1, 1);

    Measurements measured = measured();

    assertWithoutError(find(measured, "mme", "b", "share"));
    assertThat(find(measured, "mme", "a", "share").stderr().orElseThrow()).isPositive();
    assertThat(find(measured, "mme", "all", "pooled").stderr().orElseThrow()).isPositive();
    assertWithoutError(find(measured, "mme", "all", "sum"));
    assertThat(find(measured, "mme", "all", "sum").caveat())
        .hasValue("no standard error: a part of it is about one image only");
    assertWithoutRetentionsError(measured);

    add("mme", "b", "yes", 1, 0.5);
    assertThat(find(measured(), "mme", "all", "sum").stderr().orElseThrow()).isPositive();
    assertThat(measured().retention(CUT).orElseThrow().error().orElseThrow()).isPositive();
    assertThat(measured().pairs().get(0).get(0).comparison().test()).isPresent();
  }

  @Test
  void aRetentionHasNoErrorWhereOneBenchmarkHasOneImage() {
    add("mme", "a", "yes", 1, 0.5);
    add("mme", "a", "yes", 1, 1);
    add("mme", "b", "yes", 0.5, 0.5);
    add("mme", "b", "no", 1, 0);
    add("pope", "a", "yes", 1, 1);

    Measurements measured = measured();

    assertThat(find(measured, "mme", "all", "sum").stderr().orElseThrow()).isPositive();
    assertWithoutError(find(measured, "pope", "all", "accuracy"));
    assertWithoutRetentionsError(measured);
  }

  @Test
  void aShareHasNoErrorWhereOneImageOnlyCounts() {
    add("pope", "a", "yes", 1, 1);
    add("pope", "a", "no", 0, 0);
    add("pope", "a", "no", 1, 0);

    Measurements measured = measured();

    assertThat(find(measured, "pope", "all", "accuracy").stderr().orElseThrow()).isPositive();
    assertThat(find(measured, "pope", "all", "precision").counts().clusters()).isEqualTo(3);
    assertWithoutError(find(measured, "pope", "all", "precision"));
  }

  @Test
  void equalImagesHaveAnErrorOfZero() {
    for (int i = 0; i < 3; i++) {
      add("pope", "a", "yes", 0.3, 0.1 + 0.2);
    }

    Measurements measured = measured();

    assertThat(find(measured, "pope", "all", "accuracy").stderr()).hasValue(0);
    assertThat(measured.retention(CUT).orElseThrow().error()).hasValue(0);
    assertThat(measured.retention(NONE).orElseThrow().error()).hasValue(0);
  }
}
