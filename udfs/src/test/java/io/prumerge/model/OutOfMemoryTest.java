package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A decoder whose device has room for so many rows and no more. */
class OutOfMemoryTest {

  private static final int NEW_TOKENS = 4;
  private static final int SUFFIX = 6;

  private static List<PromptGroup> groups(int groups, int questions) {
    List<PromptGroup> made = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      int group = g;
      List<int[]> suffixes =
          IntStream.range(0, questions)
              .mapToObj(q -> IntStream.range(0, SUFFIX).map(i -> 30 + 7 * group + q + i).toArray())
              .toList();
      List<PromptGroup.Limits> limits =
          suffixes.stream().map(suffix -> new PromptGroup.Limits(NEW_TOKENS, 0)).toList();
      made.add(new PromptGroup(new int[] {1, 20, 21}, -1, null, suffixes, limits));
    }
    return made;
  }

  private static List<List<Generation>> generate(int room, int groups, int questions) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    try (Torch torch = TorchRuntime.open(Device.cpu());
        TensorLoader loader = new TensorLoader(torch, checkpoint, "cpu", Precision.FP32);
        LanguageModel model =
            new LanguageModel(torch, checkpoint.config(), loader) {
              @Override
              Torch.Value forward(List<Rows> rows) {
                if (rows.stream().mapToInt(Rows::count).sum() > room) {
                  throw DeviceFailures.outOfMemory();
                }
                return super.forward(rows);
              }
            }) {
      loader.handOver();
      StopTokens stop = new StopTokens(checkpoint.generation().eosTokenIds());
      PassLimits limits = new PassLimits(1, 4096, 1 << 20);
      return new GreedyDecoding(torch, model, stop, limits).generate(groups(groups, questions));
    } finally {
      assertThat(OpenValues.count()).isZero();
    }
  }

  private static List<int[]> ids(List<List<Generation>> generations) {
    return generations.stream().flatMap(List::stream).map(Generation::ids).toList();
  }

  @Test
  void workThatDoesNotFitIsCutAndGivesTheSameAnswers() {
    List<int[]> whole = ids(generate(Integer.MAX_VALUE, 5, 3));
    for (int room : new int[] {60, 20, SUFFIX}) {
      List<int[]> cut = ids(generate(room, 5, 3));
      assertThat(cut).hasSameSizeAs(whole);
      for (int i = 0; i < whole.size(); i++) {
        assertThat(cut.get(i)).as("room %d answer %d", room, i).isEqualTo(whole.get(i));
      }
    }
  }

  @Test
  void aQuestionThatDoesNotFitAloneHasNoAnswer() {
    assertThat(generate(SUFFIX - 1, 2, 2))
        .hasSize(2)
        .allSatisfy(
            group ->
                assertThat(group)
                    .hasSize(2)
                    .allMatch(one -> one.finish() == Generation.Finish.OUT_OF_MEMORY)
                    .allMatch(one -> one.ids().length == 0));
  }

  @Test
  void limitsFollowTheMemory() {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    PassLimits scarce = PassLimits.of(checkpoint.config(), Precision.FP32, 1 << 20);
    PassLimits ample = PassLimits.of(checkpoint.config(), Precision.FP32, 1L << 36);
    assertThat(PassLimits.of(checkpoint.config(), Precision.FP32, -1))
        .isEqualTo(new PassLimits(1, 1, 1));
    assertThat(scarce.images()).isLessThan(ample.images());
    assertThat(scarce.rows()).isLessThan(ample.rows());
    assertThat(scarce.slots()).isLessThan(ample.slots());
    assertThat(FreeMemory.of(Device.cpu())).isPositive();
    assertThat(Arrays.asList(ample.halved(), scarce.halved()))
        .allMatch(limits -> limits.rows() >= 1 && limits.images() >= 1);
  }
}
