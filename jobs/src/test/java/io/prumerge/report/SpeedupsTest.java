package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.metric.Rows;
import io.prumerge.statistics.Interval;
import io.prumerge.store.EfficiencyRow;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Times of questions that were asked alone, with speedups worked out by hand. */
@Tag("spark")
class SpeedupsTest {

  private static final int IMAGES = 6;
  // Of preprocessing, reduction, prefill and decoding, a millisecond each.
  private static final double REST = 4;

  private static Row row(int image, int question, String method, double total, Object... more) {
    List<Object> values = new ArrayList<>();
    values.addAll(List.of("image_id", "i" + image, "question_id", image + "/" + question));
    values.addAll(List.of("method", method, "ms_vision", total - REST));
    values.addAll(List.of("timing", "alone", "host", "h1", "device", "cpu"));
    values.addAll(Arrays.asList(more));
    return Rows.prediction(values.toArray());
  }

  // Two questions an image; the method is 2, 2.2, ... 3 times as fast.
  private static List<Row> rows(Object... more) {
    List<Row> rows = new ArrayList<>();
    for (int image = 0; image < IMAGES; image++) {
      for (int question = 0; question < 2; question++) {
        double none = 40 + 8 * image;
        rows.add(row(image, question, "none", none, more));
        rows.add(row(image, question, "prumerge", none / (2 + 0.2 * image), more));
      }
    }
    return rows;
  }

  private static EfficiencyRow of(MethodCosts costs, String method) {
    return costs.efficiency().stream()
        .filter(row -> row.method().equals(method))
        .findFirst()
        .orElseThrow();
  }

  private static MethodCosts costs(List<Row> rows) {
    return Efficiency.collect(Rows.predictions(rows));
  }

  @Test
  void comparesImageByImage() {
    MethodCosts costs = costs(rows());
    EfficiencyRow none = of(costs, "none");
    EfficiencyRow prumerge = of(costs, "prumerge");
    assertThat(none.msMedian()).hasValue(60);
    assertThat(none.msP95().orElseThrow()).isCloseTo(80, within(1e-9));
    assertThat(none.speedup()).hasValue(1);
    assertThat(none.speedupInterval()).contains(new Interval(1, 1));
    double mean = Math.pow(2.2 * 2.4 * 2.6 * 2.8, 1.0 / (IMAGES - 2)); // without either end
    assertThat(prumerge.speedup().orElseThrow()).isCloseTo(mean, within(1e-9));
    assertThat(prumerge.speedupInterval().orElseThrow().low()).isLessThan(mean);
    assertThat(prumerge.speedupInterval().orElseThrow().high()).isGreaterThan(mean);
    assertThat(costs.notes()).isEmpty();
    assertThat(TimeTitle.of("ms", costs.efficiency())).isEqualTo("ms alone");
  }

  @Test
  void comparesQuestionsThatBothAnsweredOnly() {
    List<Row> rows = rows();
    rows.removeIf(row -> text(row, "question_id").equals("0/0") && isNone(row));
    rows.add(row(0, 0, "none", 9999, "error", "image_missing: no", "answer", null));
    assertThat(of(costs(rows), "prumerge").speedup())
        .isEqualTo(of(costs(rows()), "prumerge").speedup());
    List<Row> alone = rows();
    alone.removeIf(SpeedupsTest::isNone);
    assertThat(of(costs(alone), "prumerge").speedup()).isEmpty();
    assertThat(of(costs(alone), "prumerge").isTimedAlone()).isTrue();
  }

  private static boolean isNone(Row row) {
    return text(row, "method").equals("none");
  }

  private static String text(Row row, String column) {
    return row.getString(Table.PREDICTIONS.schema().fieldIndex(column));
  }

  @Test
  void sharedTimesAreNotCompared() {
    for (String timing : Arrays.asList("shared", null)) {
      MethodCosts costs = costs(rows("timing", timing));
      assertThat(of(costs, "prumerge").speedup()).isEmpty();
      assertThat(of(costs, "prumerge").msMedian()).isEmpty();
      assertThat(TimeTitle.of("ms", costs.efficiency())).isEqualTo("ms shared");
    }
  }

  @Test
  void timesOfSeveralHostsOrDevicesAreSaidAndNotCompared() {
    for (List<String> other : List.of(List.of("host", "h2"), List.of("device", "cuda:1"))) {
      List<Row> rows = rows();
      rows.add(row(0, 2, "none", 40, other.get(0), other.get(1)));
      MethodCosts costs = costs(rows);
      assertThat(of(costs, "prumerge").speedup()).isEmpty();
      assertThat(of(costs, "prumerge").msMedian()).isPresent();
      assertThat(costs.notes())
          .singleElement()
          .asString()
          .contains("were timed on", other.get(1), "their times are not compared");
    }
  }

  @Test
  void anEndpointsTimeIsTheRoundTrip() {
    List<Row> rows = new ArrayList<>();
    for (int image = 0; image < 3; image++) {
      Object[] unknown = {
        "ms_preprocess",
        null,
        "ms_vision",
        null,
        "ms_reduction",
        null,
        "ms_prefill",
        null,
        "ms_decode",
        null,
        "ms_request",
        7.0 + image,
        "device",
        null
      };
      rows.add(row(image, 0, "none", REST, unknown));
    }
    EfficiencyRow none = of(costs(rows), "none");
    assertThat(none.msMedian()).hasValue(8);
    assertThat(none.millis().total()).isEmpty();
  }
}
