package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.OptWeights;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.DeviceOptions;
import org.junit.jupiter.api.Test;

class LanesTest {

  private static final DecoderWeights TINY =
      Checkpoint.open(Goldens.path("checkpoints/mha")).config().decoder();

  /** LLaVA-1.5-7B's. */
  private static DecoderWeights wide() {
    return new LlamaWeights(4096, 11008, 2, 4096, 4096, 32000, false, false, false);
  }

  @Test
  void aSmallModelWorksOnABatchForEachProcessorThread() {
    assertThat(Lanes.of(TINY, true, 3)).isEqualTo(new Lanes(3, 1));
    assertThat(Lanes.of(TINY, true, 1)).isEqualTo(new Lanes(1, 1));
  }

  @Test
  void aLargeOneOrAGpuWorksOnOneBatch() {
    assertThat(Lanes.of(wide(), true, 3)).isEqualTo(new Lanes(1, 3));
    assertThat(Lanes.of(wide(), true, 16)).isEqualTo(new Lanes(1, 16));
    assertThat(Lanes.of(TINY, false, 3)).isEqualTo(new Lanes(1, 3));
    assertThat(Lanes.of(wide(), false, 64)).isEqualTo(new Lanes(1, 64));
  }

  @Test
  void aGpuWorksOnTwoWhereThatIsAskedFor() throws Exception {
    assertThat(asked(wide(), false, 16)).isEqualTo(new Lanes(2, 8));
    assertThat(asked(TINY, false, 1)).isEqualTo(new Lanes(2, 1));
    assertThat(asked(wide(), true, 16)).as("a processor").isEqualTo(new Lanes(1, 16));
  }

  private static Lanes asked(DecoderWeights decoder, boolean processor, int threads)
      throws Exception {
    return DeviceOptions.with(() -> Lanes.of(decoder, processor, threads), DeviceOption.TWO_LANES);
  }

  @Test
  void manyProcessorsWorkOnSeveralBatches() {
    assertThat(Lanes.of(wide(), true, 17)).isEqualTo(new Lanes(2, 8));
    assertThat(Lanes.of(wide(), true, 48)).isEqualTo(new Lanes(3, 16));
    assertThat(Lanes.of(wide(), true, 64)).isEqualTo(new Lanes(4, 16));
  }

  /** A layer of 4 D^2 + 2 D m weights: the same width is small with two MLP matrices only. */
  @Test
  void aDecodersOwnMatricesDecide() {
    DecoderWeights opt = new OptWeights(512, 2560, 2, 64, 100, true, true);
    DecoderWeights llama = new LlamaWeights(512, 2560, 2, 512, 512, 100, true, true, true);
    assertThat(Lanes.of(opt, true, 2)).isEqualTo(new Lanes(2, 1));
    assertThat(Lanes.of(llama, true, 2)).isEqualTo(new Lanes(1, 2));
  }
}
