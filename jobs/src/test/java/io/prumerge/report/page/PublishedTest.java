package io.prumerge.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.text.ConversationTemplate;
import org.junit.jupiter.api.Test;

class PublishedTest {

  private static final Published PUBLISHED = Published.bundled();

  @Test
  void everyColumnIsABenchmarksHeadline() {
    for (Published.Column column : PUBLISHED.columns()) {
      Benchmark benchmark = Benchmarks.KNOWN.named(column.benchmark());
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

  /** A command that is shown must be one that is understood. */
  @Test
  void everyRowSaysHowToRunIt() {
    assertThat(PUBLISHED.rows())
        .allSatisfy(
            row -> {
              String[] words = row.run().replace("evaluate --model ", "").split(" --method ");
              assertThat(words).hasSize(2);
              assertThat(MethodSpec.parse(words[1])).isNotNull();
              String[] template = words[0].split(" --conv-mode ");
              if (template.length == 2) {
                assertThat(ConversationTemplate.named(template[1])).isNotNull();
              }
            });
    assertThat(PUBLISHED.rows()).noneMatch(row -> row.run().contains("openai:"));
  }

  @Test
  void namesBenchmarksAsPapersDo() {
    assertThat(PUBLISHED.title("pope", "f1")).isEqualTo("POPE F1");
    assertThat(PUBLISHED.title("gqa", "accuracy")).isEqualTo("gqa accuracy");
  }
}
