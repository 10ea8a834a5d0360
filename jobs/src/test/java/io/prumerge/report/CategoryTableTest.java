package io.prumerge.report;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.metric.Comparison;
import io.prumerge.metric.DifferenceTest;
import io.prumerge.metric.Few;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Rows;
import io.prumerge.score.Scores;
import io.prumerge.statistics.Holm;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where reduction costs most. */
@Tag("spark")
class CategoryTableTest {

  /** Questions of a category, each about its own image. */
  private record Category(String name, int questions, int lostByPrumerge, int lostByRandom) {}

  private static Report report(Category... categories) {
    List<Row> rows = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (Category one : categories) {
      for (int i = 0; i < one.questions(); i++) {
        String id = one.name() + " " + i;
        rows.add(row(one, id, "none", false));
        rows.add(row(one, id, "prumerge", i < one.lostByPrumerge()));
        rows.add(row(one, id, "random:tokens=4", i < one.lostByRandom()));
        references.addAll(List.of(id, "lamp"));
      }
    }
    Dataset<Row> predictions = Rows.predictions(rows);
    return Report.of(
        predictions,
        new Scores(Benchmarks.KNOWN)
            .of(predictions, Rows.questions(rows, references.toArray(String[]::new))),
        Few.REPLICATES);
  }

  private static Row row(Category category, String id, String method, boolean lost) {
    return Rows.prediction(
        "benchmark",
        "custom",
        "question_id",
        id,
        "image_id",
        id + ".png",
        "category",
        category.name(),
        "method",
        method,
        "answer",
        lost ? "sofa" : "lamp");
  }

  private static List<Metric> compared(Report report) {
    return report.metrics().stream().filter(Metric::isOfCategory).toList();
  }

  @Test
  void theLargestLossIsFirstAndTooFewAreLast() {
    CategoryTable table =
        CategoryTable.of(
                report(
                    new Category("count", 20, 2, 20),
                    new Category("kept", 20, 0, 20),
                    new Category("text", 20, 15, 0),
                    new Category("tiny", 2, 2, 2)))
            .orElseThrow();

    assertThat(table.cells().get(0))
        .containsExactly(
            "category", "benchmark", "method", "questions", "none", "its figure", "difference");
    assertThat(table.cells())
        .extracting(cells -> cells.get(0))
        .containsExactly("category", "text", "count", "tiny");
    assertThat(table.cells())
        .extracting(cells -> cells.get(2))
        .as("of controls a loss is expected")
        .doesNotContain("random:tokens=4");
    assertThat(table.cells().get(1).subList(1, 6))
        .containsExactly("custom/test", "prumerge", "20", "100.0", "25.0");
    assertThat(table.cells().get(1).get(6)).startsWith("-75.0* (");
    assertThat(table.cells().get(2).get(6)).startsWith("-10.0 (");
    assertThat(table.cells().get(3).get(6)).isEqualTo("too few images");
  }

  @Test
  void theTestsAreCorrectedTogetherAndIntervalsAreOnTheScale() {
    Report report =
        report(
            new Category("count", 20, 2, 20),
            new Category("text", 20, 15, 3),
            new Category("tiny", 2, 1, 1));

    List<Comparison> tested =
        compared(report).stream()
            .flatMap(one -> one.comparison().stream())
            .filter(one -> one.test().isPresent())
            .toList();
    assertThat(tested).hasSizeGreaterThanOrEqualTo(5);
    double[] expected =
        Holm.adjusted(
            tested.stream().mapToDouble(one -> one.test().orElseThrow().pValue()).toArray());
    for (int i = 0; i < expected.length; i++) {
      DifferenceTest test = tested.get(i).test().orElseThrow();
      assertThat(test.adjusted().orElseThrow()).isEqualTo(expected[i], within(1e-15));
      assertThat(tested.get(i).interval().orElseThrow().low()).isBetween(-100.0, 100.0);
      assertThat(tested.get(i).interval().orElseThrow().high()).isBetween(-100.0, 100.0);
    }
    assertThat(compared(report))
        .filteredOn(one -> one.category().equals("tiny"))
        .allSatisfy(one -> assertThat(one.caveat()).hasValue("too few to tell: 2 images"));
    assertThat(compared(report))
        .filteredOn(one -> !one.category().equals("tiny"))
        .allSatisfy(one -> assertThat(one.caveat()).isEmpty());
  }

  /** Two kinds may part the questions alike, and two parts of one kind may lose as much. */
  @Test
  void categoriesOfTheSameQuestionsAreThereOnce() {
    List<Row> rows = new ArrayList<>();
    List<String> references = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      for (String method : List.of("none", "prumerge")) {
        rows.add(
            Rows.prediction(
                "benchmark",
                "scienceqa",
                "question_id",
                "q" + i,
                "image_id",
                i + ".png",
                "category",
                i % 2 == 0 ? "NAT" : "SOC",
                "method",
                method,
                "answer",
                method.equals("prumerge") && i < 20 ? "B" : "A"));
      }
      references.addAll(List.of("q" + i, "A"));
    }
    Dataset<Row> predictions = Rows.predictions(rows);
    Dataset<Row> questions =
        Rows.questions(rows, references.toArray(String[]::new))
            .withColumn("options", expr("array('lamp', 'sofa')"))
            .withColumn(
                "extra", expr("map('groups', if(category = 'NAT', 'IMG\\nG1-6', 'IMG\\nG7-12'))"));
    Report report =
        Report.of(
            predictions, new Scores(Benchmarks.KNOWN).of(predictions, questions), Few.REPLICATES);

    assertThat(compared(report))
        .extracting(Metric::category)
        .contains("NAT", "SOC", "IMG", "G1-6", "G7-12");
    assertThat(CategoryTable.of(report).orElseThrow().cells())
        .extracting(cells -> cells.get(0))
        .containsExactly("category", "G1-6 (grade)", "G7-12 (grade)", "IMG (context)");
  }

  @Test
  void thereIsNoneWithoutALossOrWithOneCategory() {
    assertThat(CategoryTable.of(report(new Category("a", 12, 0, 3), new Category("b", 12, 0, 3))))
        .isEmpty();
    assertThat(CategoryTable.of(report(new Category("default", 12, 6, 3)))).isEmpty();
  }
}
