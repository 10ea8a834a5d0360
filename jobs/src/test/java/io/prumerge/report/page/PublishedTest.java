package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmarks;
import org.junit.jupiter.api.Test;

class PublishedTest {

  private static final Published PUBLISHED = Published.bundled();

  @Test
  void everyColumnIsABenchmarksHeadline() {
    for (Published.Column column : PUBLISHED.columns()) {
      Benchmark benchmark = Benchmarks.named(column.benchmark());
      assertThat(benchmark.metrics(benchmark.profiles().get(0)).get(0).name())
          .isEqualTo(column.metric());
    }
  }

  @Test
  void everyRowHasEveryColumn() {
    assertThat(PUBLISHED.rows())
        .allSatisfy(row -> assertThat(row.values()).hasSameSizeAs(PUBLISHED.columns()));
    assertThat(PUBLISHED.table().lines()).hasSameSizeAs(PUBLISHED.rows());
  }

  @Test
  void namesBenchmarksAsPapersDo() {
    assertThat(PUBLISHED.title("pope", "f1")).isEqualTo("POPE F1");
    assertThat(PUBLISHED.title("gqa", "accuracy")).isEqualTo("gqa accuracy");
  }
}
