package io.prumerge.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublishedTableTest {

  private static final PublishedTable TABLE = PublishedTable.bundled();

  private static Scenario scenario(PublishedRow row) {
    return Scenarios.of(
        row.shape(),
        row.tokens() - 40,
        40,
        row.precision(),
        TABLE.hardware(),
        CostMode.named(TABLE.mode()));
  }

  /**
   * Times, memory and activations; FLOPs of FP16 to the first decimal, as "1.80" stands for 1.8.
   */
  @Test
  void everyPrintedValueButTheInt4FlopsIsRecomputed() {
    assertThat(TABLE.rows()).hasSize(8);
    for (PublishedRow row : TABLE.rows()) {
      StageEstimate prefill = Estimate.of(scenario(row)).prefill();

      assertThat(TABLE.row(scenario(row))).contains(row);
      assertThat(prefill.seconds() * 1e3).isCloseTo(row.prefillMs(), within(0.0501));
      assertThat(prefill.traffic().total() / 1e9).isCloseTo(row.trafficGb(), within(0.0501));
      assertThat(prefill.traffic().activationsStored() / 1e9)
          .isCloseTo(row.activationsGb(), within(0.0501));
      if (row.precision().equals("fp16")) {
        assertThat(prefill.flops() / 1e12).isCloseTo(row.teraFlops(), within(0.0501));
      } else {
        assertThat(row.remark()).contains("divided by four by hand");
      }
    }
  }

  @Test
  void namesThePrintedError() {
    assertThat(TABLE.rows())
        .filteredOn(row -> row.remark().contains("0.28 is an error"))
        .singleElement()
        .satisfies(row -> assertThat(row.tokens()).isEqualTo(70));
  }

  @Test
  void nothingElseIsThePapers() {
    Scenario other =
        Scenarios.of(
            "llava-1.5-7b", 576, 40, "fp16", TABLE.hardware(), CostMode.LLM_VIEWER_2024_03_11);
    Scenario current =
        Scenarios.of("llava-1.5-7b", 660, 40, "fp16", TABLE.hardware(), CostMode.LLM_VIEWER);

    assertThat(TABLE.row(other)).isEqualTo(Optional.empty());
    assertThat(TABLE.row(current)).isEqualTo(Optional.empty());
  }
}
