package io.prumerge.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepWatchTest {

  @Test
  void aLineHasLossAndRemainingTime() {
    assertThat(StepWatch.line(120, 7320, 0.31234, 2))
        .isEqualTo("120 of 7,320 steps (2%), loss 0.3123, 2.00 steps/s, 1:00:00 left");
    assertThat(StepWatch.line(1, 3, 2, 0)).isEqualTo("1 of 3 steps (33%), loss 2.0000");
  }
}
