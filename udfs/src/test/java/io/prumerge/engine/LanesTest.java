package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TextConfig;
import org.junit.jupiter.api.Test;

class LanesTest {

  private static final TextConfig TINY =
      Checkpoint.open(Goldens.path("checkpoints/mha")).config().text();

  /** The tiny one with LLaVA-1.5-7B's width. */
  private static TextConfig wide() {
    return new TextConfig(
        TINY.vocabSize(),
        4096,
        11008,
        TINY.layers(),
        32,
        32,
        128,
        TINY.activation(),
        TINY.maxPositions(),
        TINY.rmsNormEps(),
        TINY.rope(),
        TINY.attentionBias(),
        TINY.mlpBias(),
        TINY.slidingWindow());
  }

  @Test
  void aSmallModelWorksOnABatchForEachProcessorThread() {
    assertThat(Lanes.of(TINY, true, 3)).isEqualTo(new Lanes(3, 1));
    assertThat(Lanes.of(TINY, true, 1)).isEqualTo(new Lanes(1, 1));
  }

  @Test
  void aLargeOneOrAGpuWorksOnOneBatch() {
    assertThat(Lanes.of(wide(), true, 3)).isEqualTo(new Lanes(1, 3));
    assertThat(Lanes.of(TINY, false, 3)).isEqualTo(new Lanes(1, 3));
  }
}
