package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublishedBudgetsTest {

  private static final PublishedBudgets PUBLISHED = PublishedBudgets.bundled();

  @Test
  void everyColumnIsABenchmarksHeadlineOrNone() {
    for (PublishedBudgets.Column column : PUBLISHED.columns()) {
      if (column.benchmark() != null) {
        Benchmark benchmark = Benchmarks.KNOWN.named(column.benchmark());
        assertThat(benchmark.metrics(benchmark.profiles().get(0)).get(0).name())
            .isEqualTo(column.metric());
      }
    }
  }

  @Test
  void everyRowHasEveryColumnAndASource() {
    assertThat(PUBLISHED.rows())
        .isNotEmpty()
        .allSatisfy(
            row -> {
              assertThat(row.values()).hasSameSizeAs(PUBLISHED.columns());
              assertThat(row.values()).anyMatch(value -> value != null);
              assertThat(PUBLISHED.source(row).whose()).isNotEmpty();
            });
    assertThat(PUBLISHED.sources())
        .allSatisfy(
            source -> {
              if (source.full() != null) {
                assertThat(source.full()).hasSameSizeAs(PUBLISHED.columns());
              }
            });
    assertThat(PUBLISHED.tables())
        .extracting(TableView::caption)
        .containsExactly(
            "192 visual tokens of 576, published",
            "128 visual tokens of 576, published",
            "64 visual tokens of 576, published",
            "32 visual tokens of 576, published");
  }

  /** No source has been compared with its paper yet, and each row says so. */
  @Test
  void whatWasNotCheckedIsMarked() {
    assertThat(PUBLISHED.sources())
        .isNotEmpty()
        .allSatisfy(source -> assertThat(source.mark()).endsWith("†"));
    assertThat(PUBLISHED.notes())
        .isNotEmpty()
        .allMatch(note -> note.endsWith("not checked against the paper."));
  }

  /** Of HoloV at 192, by hand: eight figures over those with all tokens of the same table. */
  @Test
  void retentionIsRelativeToTheSameTable() {
    List<PublishedBudget> rows = PUBLISHED.of("holov", 192);
    assertThat(rows).hasSize(2);
    PublishedBudget rerun =
        rows.stream().filter(row -> row.source().equals("R")).findFirst().orElseThrow();
    double shares =
        58.6 / 61.9
            + 62.6 / 64.6
            + 1779 / 1862.0
            + 85.0 / 85.9
            + 67.3 / 69.5
            + 76.0 / 78.5
            + 55.8 / 58.2
            + 56.3 / 58.6;

    assertThat(PUBLISHED.retention(rerun).orElseThrow()).isCloseTo(100 * shares / 8, within(1e-9));
    assertThat(PUBLISHED.value(rerun, "pope", "f1")).hasValue(85.0);
    assertThat(PUBLISHED.value(rerun, "mme", "perception")).isEmpty();
    assertThat(PUBLISHED.value(rerun, "vizwiz", "accuracy")).isEmpty();
    PublishedBudget readme =
        rows.stream().filter(row -> row.source().equals("P")).findFirst().orElseThrow();
    assertThat(PUBLISHED.retention(readme)).as("a table without all tokens").isEmpty();
  }
}
