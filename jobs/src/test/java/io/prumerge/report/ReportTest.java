package io.prumerge.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir private Path folder;

  private static Report report(List<Row> predictions, String... idsAndAnswers) {
    Dataset<Row> rows = Rows.predictions(predictions);
    return Report.of(
        rows, Scores.of(rows, Rows.questions(predictions, idsAndAnswers)), Few.REPLICATES);
  }

  /** Two questions under three methods: full, half as dear and as good, dear and wrong. */
  private static Report threeMethods() {
    List<Row> rows = new ArrayList<>();
    for (String id : List.of("1", "2")) {
      rows.add(row(id, "none", "yes", 100, 1000L));
      rows.add(row(id, "prumerge", "yes", 10, 500L));
      rows.add(row(id, "random:seed=1,tokens=10", id.equals("1") ? "yes" : "no", 10, 600L));
    }
    return report(rows, "1", "yes", "2", "yes");
  }

  private static Row row(String id, String method, String answer, int tokens, long flops) {
    return Rows.prediction(
        "question_id",
        id,
        "method",
        method,
        "answer",
        answer,
        "visual_tokens_before",
        100,
        "visual_tokens_after",
        tokens,
        "flops_total",
        flops);
  }

  @Test
  void efficiencyAveragesAnsweredQuestionsOnly() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i <= 4; i++) {
      rows.add(row("q" + i, "prumerge", "yes", 10 * i, 100L * i));
    }
    rows.add(
        Rows.prediction(
            "question_id",
            "bad",
            "method",
            "prumerge",
            "answer",
            null,
            "visual_tokens_before",
            null,
            "visual_tokens_after",
            null,
            "flops_total",
            null,
            "error",
            "image_corrupt: x"));

    Row row = report(rows, "q0", "yes").efficiency().get(0);
    List<String> names = Arrays.asList(Table.EFFICIENCY.schema().fieldNames());

    assertThat(row.getLong(names.indexOf("n"))).isEqualTo(6);
    assertThat(row.getLong(names.indexOf("n_errors"))).isEqualTo(1);
    assertThat(row.getDouble(names.indexOf("visual_tokens_after_mean"))).isEqualTo(20);
    assertThat(row.getInt(names.indexOf("visual_tokens_after_min"))).isZero();
    assertThat(row.getDouble(names.indexOf("visual_tokens_after_p05"))).isEqualTo(2, within(1e-9));
    assertThat(row.getDouble(names.indexOf("visual_tokens_after_p50"))).isEqualTo(20);
    assertThat(row.getInt(names.indexOf("visual_tokens_after_max"))).isEqualTo(40);
    assertThat(row.getDouble(names.indexOf("reduction_ratio"))).isEqualTo(5);
    assertThat(row.getDouble(names.indexOf("flops_total_mean"))).isEqualTo(200);
    assertThat(row.getDouble(names.indexOf("ms_total_mean"))).isEqualTo(5);
    assertThat(row.getDouble(names.indexOf("questions_per_second"))).isEqualTo(200);
  }

  @Test
  void summaryTellsRetentionAndTheParetoFront() {
    List<MethodSummary> summary = threeMethods().summary();

    assertThat(summary)
        .extracting(MethodSummary::method)
        .containsExactly("none", "prumerge", "random:seed=1,tokens=10");
    assertThat(summary)
        .extracting(method -> method.retention().orElseThrow())
        .satisfiesExactly(
            none -> assertThat(none).isEqualTo(100),
            same -> assertThat(same).isEqualTo(100),
            worse -> assertThat(worse).isEqualTo(100 * 2 / 3.0, within(1e-9)));
    assertThat(summary).extracting(MethodSummary::pareto).containsExactly(false, true, false);
  }

  @Test
  void retentionIsAbsentWithoutABaseline() {
    MethodSummary summary =
        report(List.of(row("1", "prumerge", "yes", 10, 5L)), "1", "yes").summary().get(0);

    assertThat(summary.retention()).isEmpty();
    int pareto = Table.SUMMARY.schema().fieldIndex("pareto");
    assertThat(summary.row().isNullAt(pareto)).as("pareto").isTrue();
  }

  @Test
  void questionsWithoutReferencesHaveCostsButNoMetrics() {
    Report report = report(List.of(row("1", "none", "yes", 10, 5L)));

    assertThat(report.metrics()).isEmpty();
    assertThat(report.efficiency()).hasSize(1);
    assertThat(TextTable.aligned(SummaryTable.cells(report), 1))
        .containsExactly(
            "method  tokens  retention %  GFLOPs   ms", "none      10.0            -    0.00  5.0");
  }

  @Test
  void printsALinePerMethodWithAlignedFigures() {
    assertThat(TextTable.aligned(SummaryTable.cells(threeMethods()), 1))
        .containsExactly(
            "method                   tokens  pope f1  retention %  GFLOPs   ms",
            "none                      100.0    100.0        100.0    0.00  5.0",
            "prumerge                   10.0    100.0        100.0    0.00  5.0",
            "random:seed=1,tokens=10    10.0     66.7         66.7    0.00  5.0");
  }

  @Test
  void writesTheTablesItReadsBack() {
    threeMethods().write(LocalSpark.session(), table -> folder.resolve(table.folder()).toString());

    for (Table table : List.of(Table.METRICS, Table.EFFICIENCY, Table.SUMMARY)) {
      List<String> path = List.of(folder.resolve(table.folder()).toString());
      assertThat(table.read(LocalSpark.session(), path).count()).as(table.folder()).isPositive();
    }
  }

  @Test
  void namesWhatIsWrongWithATable() throws IOException {
    String path = folder.resolve("t").toString();
    LocalSpark.session()
        .sql("SELECT 'a' AS run_id, 1 AS benchmark, 's' AS split, 'm' AS method")
        .write()
        .parquet(path);

    assertThatThrownBy(() -> Table.SCORES.read(LocalSpark.session(), List.of(path)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            path
                + " is not a table of scores: benchmark is int instead of string; no column question_id");
    Path text =
        Files.writeString(Files.createDirectory(folder.resolve("text")).resolve("a"), "abc");
    assertThatThrownBy(
            () -> Table.SCORES.read(LocalSpark.session(), List.of(text.getParent().toString())))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("text as scores: ")
        .hasMessageContaining("is not a Parquet file");
    assertThatThrownBy(
            () -> Table.SCORES.read(LocalSpark.session(), List.of(folder.resolve("no").toString())))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("no Parquet there");
  }
}
