package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaBiases;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.OptWeights;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.DeviceOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanesTest {

  private static final DecoderWeights TINY =
      Checkpoint.open(Goldens.path("checkpoints/mha")).config().decoder();

  /** LLaVA-1.5-7B's. */
  private static DecoderWeights wide() {
    return LlamaWeights.builder()
        .width(4096)
        .mlp(11008)
        .layers(2)
        .queries(4096)
        .keys(4096)
        .vocabulary(32000)
        .build();
  }

  @Test
  void aSmallModelWorksOnABatchForEachProcessorThread() {
    assertThat(Lanes.of(TINY, true, 3)).isEqualTo(new Lanes(3, 1));
    assertThat(Lanes.of(TINY, true, 1)).isEqualTo(new Lanes(1, 1));
  }

  @Test
  void aLargeOneOrAGpuWorksOnOneBatch() {
    assertThat(Lanes.of(wide(), true, 3)).isEqualTo(new Lanes(1, 3));
    assertThat(Lanes.of(wide(), true, 8)).isEqualTo(new Lanes(1, 8));
    assertThat(Lanes.of(TINY, false, 3)).isEqualTo(new Lanes(1, 3));
    assertThat(Lanes.of(wide(), false, 64)).isEqualTo(new Lanes(1, 64));
  }

  @Test
  void aGpuWorksOnTwoWhereThatIsAskedFor() throws Exception {
    assertThat(asked(wide(), false, 16)).isEqualTo(new Lanes(2, 8));
    assertThat(asked(TINY, false, 1)).isEqualTo(new Lanes(2, 1));
    assertThat(asked(wide(), true, 16)).as("a processor").isEqualTo(new Lanes(2, 8));
  }

  private static Lanes asked(DecoderWeights decoder, boolean processor, int threads)
      throws Exception {
    return DeviceOptions.with(() -> Lanes.of(decoder, processor, threads), DeviceOption.TWO_LANES);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "2, 1, 2",
    "3, 1, 3",
    "13, 1, 13",
    "14, 2, 7",
    "16, 2, 8",
    "17, 2, 8",
    "31, 2, 15",
    "32, 2, 16",
    "37, 2, 18",
    "38, 3, 12",
    "48, 3, 16",
    "64, 3, 21",
    "96, 4, 24",
    "128, 5, 25"
  })
  void manyProcessorsWorkOnSeveralBatches(int threads, int count, int each) {
    assertThat(Lanes.of(wide(), true, threads)).isEqualTo(new Lanes(count, each));
  }

  @Test
  void aProcessorsLanesLeaveFewThreadsIdle() {
    for (int threads = 1; threads <= 512; threads++) {
      Lanes lanes = Lanes.of(wide(), true, threads);
      int used = lanes.count() * lanes.threads();
      assertThat(used).as("of %d", threads).isBetween(threads - lanes.count() + 1, threads);
    }
  }

  /**
   * Adds measured times of LLaVA-1.5-7B and assumptions.
   *
   * <p>Measured on an EPYC (Zen 5), two busy cores, in bf16 with 4 of 32 layers, processor time:
   * tower and short prompt of an image take the busiest of 1, 2, 4, 8, 16, 32, 64 threads 1.31,
   * 0.69, 0.40, 0.23, 0.15, 0.12, 0.10 s, of which 0.06 s are one thread's alone. With the layers'
   * times 8, one thread needs 17 s for a prompt of 611 rows and 0.65 s for a step of 8 answers,
   * 0.04 and 0.05 s of it alone. A tower and prompt pass starts the threads 1,514 times, a step 336
   * times. By the clock on two idle cores (medians of three, in turn), one batch on both threads
   * and two batches of one thread each take 2.98 and 2.92 s (all tokens, two images), 2.45 and 2.43
   * s (PruMerge, four), 5.10 and 4.67 s (PruMerge, four, 8 questions of 16 tokens each).
   *
   * <p>Assumed: n threads start in 5 + n microseconds, memory gives 4 GB/s a core, a batch has four
   * images, and each reads 13.2 GB of weights in each of its passes. Over half to twice as many
   * microseconds, 3 to 5 GB/s, 2 to 8 images and 16 to 128 cores, the best number is 1 to 9 %
   * faster in the mean and 47 % at most.
   */
  private static double secondsOfAnImage(int lanes, int threads, Answers answers) {
    double start = threads > 1 ? 5e-6 + 1e-6 * threads : 0; // of the threads of one operator
    double read = 13.2e9 * lanes / (4e9 * lanes * threads); // all lanes read the weights at once
    int images = 4;
    double tower = 0.055 + images * 1.14 / threads + 650 * start;
    double row = 17.0 / 611 / threads;
    double prompts = Math.max(0.04 + images * answers.rows * row + 864 * start, read);
    int together = Math.min(128 / lanes, 64);
    double step = Math.max(0.05 + Math.max(0.6 / threads, together * row) + 336 * start, read);
    return ((tower + prompts) / images + answers.tokens * step / together) / lanes;
  }

  /**
   * @param rows of a prompt
   * @param tokens of all answers after the first of each
   */
  private record Answers(int rows, int tokens) {}

  /**
   * No other number of lanes is more than so much faster, whatever is asked: short and long
   * answers, with all visual tokens and with few.
   */
  @ParameterizedTest
  @CsvSource({"8, 1.05", "16, 1.03", "32, 1.08", "64, 1.12", "128, 1.17"})
  void noOtherNumberIsMuchFasterByTheseFigures(int threads, double most) {
    List<Answers> all =
        List.of(
            new Answers(611, 1),
            new Answers(67, 1),
            new Answers(671, 6),
            new Answers(107, 6),
            new Answers(611, 63),
            new Answers(67, 63));
    for (Answers answers : all) {
      Lanes chosen = Lanes.of(wide(), true, threads);
      double best = Double.MAX_VALUE;
      for (int count = 1; count <= threads; count++) {
        best = Math.min(best, secondsOfAnImage(count, threads / count, answers));
      }
      double lost = secondsOfAnImage(chosen.count(), chosen.threads(), answers) / best;
      assertThat(lost).as("%s", answers).isLessThan(most);
    }
  }

  /** A layer of 4 D^2 + 2 D m weights: the same width is small with two MLP matrices only. */
  @Test
  void aDecodersOwnMatricesDecide() {
    DecoderWeights opt = new OptWeights(512, 2560, 2, 64, 100, true, true);
    DecoderWeights llama =
        LlamaWeights.builder()
            .width(512)
            .mlp(2560)
            .layers(2)
            .queries(512)
            .keys(512)
            .vocabulary(100)
            .biases(new LlamaBiases(true, true, true))
            .tied(true)
            .build();
    assertThat(Lanes.of(opt, true, 2)).isEqualTo(new Lanes(2, 1));
    assertThat(Lanes.of(llama, true, 2)).isEqualTo(new Lanes(1, 2));
  }
}
