package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.architecture.DecoderWeights;
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

  /** Adds what the page of conf has: measured times of one thread, and what memory gives. */
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
  void noOtherNumberIsMuchFasterByTheFiguresOnThePage(int threads, double most) {
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
    DecoderWeights llama = new LlamaWeights(512, 2560, 2, 512, 512, 100, true, true, true);
    assertThat(Lanes.of(opt, true, 2)).isEqualTo(new Lanes(2, 1));
    assertThat(Lanes.of(llama, true, 2)).isEqualTo(new Lanes(1, 2));
  }
}
