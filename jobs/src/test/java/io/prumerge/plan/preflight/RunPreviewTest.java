package io.prumerge.plan.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunPreviewTest {

  @Test
  void writesThreeDigitsAndAPrefix() {
    assertThat(RunPreview.prefixed(0)).isEqualTo("0.00 ");
    assertThat(RunPreview.prefixed(1)).isEqualTo("1.00 ");
    assertThat(RunPreview.prefixed(9.994)).isEqualTo("9.99 ");
    assertThat(RunPreview.prefixed(9.996)).isEqualTo("10.0 ");
    assertThat(RunPreview.prefixed(999.4)).isEqualTo("999 ");
    assertThat(RunPreview.prefixed(999.6)).isEqualTo("1.00 k");
    assertThat(RunPreview.prefixed(8.178e12)).isEqualTo("8.18 T");
    assertThat(RunPreview.prefixed(3e25)).isEqualTo("30000 Z");
  }
}
