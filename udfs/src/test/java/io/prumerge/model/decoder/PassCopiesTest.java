package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.GoldenModel;
import io.prumerge.model.PassLimits;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import io.prumerge.torchscript.LlavaScript;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies to the device, and results for which the host waits. */
@Tag("model")
class PassCopiesTest {

  private static GoldenModel golden;
  private static ProjectedTokens visual;

  @BeforeAll
  static void load() throws IOException {
    golden = new GoldenModel("mha", Precision.FP32);
    visual = golden.project("wide.png@crop", "prumerge");
  }

  @AfterAll
  static void close() {
    visual.close();
    golden.close();
  }

  private record Traffic(long copies, long reads) {}

  private static PromptGroup group(int id, int tokens, int atLeast, LayerCut... cuts) {
    return group(id, visual, tokens, atLeast, cuts);
  }

  private static PromptGroup group(
      int id, ProjectedTokens image, int tokens, int atLeast, LayerCut... cuts) {
    return new PromptGroup(
        new int[] {1, 20, 21, 5},
        3,
        image,
        List.of(cuts),
        List.of(new int[] {id, 30, 31}, new int[] {id, 32, 33, 34}),
        List.of(new GenerationLimits(tokens, atLeast), new GenerationLimits(tokens, atLeast)));
  }

  private static Traffic traffic(int groups, int tokens, int atLeast, LayerCut... cuts) {
    GreedyDecoding decoding =
        new GreedyDecoding(
            golden.model.greedy(new StopTokens(List.of(2))), new PassLimits(1, 4096, 1 << 20));
    List<PromptGroup> asked = new ArrayList<>();
    IntStream.range(0, groups).forEach(g -> asked.add(group(40 + g, tokens, atLeast, cuts)));
    decoding.generate(asked.subList(0, 1)); // the system prompt's keys are there now
    long copies = Torch.copies();
    long reads = Torch.reads();
    decoding.generate(asked);
    return new Traffic(Torch.copies() - copies, Torch.reads() - reads);
  }

  @Test
  void aPassIsOneCopyAndOneWaitWhateverIsInIt() {
    for (int groups : new int[] {1, 7}) {
      assertThat(traffic(groups, 1, 1)).isEqualTo(new Traffic(1, 1));
      assertThat(traffic(groups, 6, 6)).isEqualTo(new Traffic(6, 6));
    }
  }

  /** The margins are read with the ids. */
  @Test
  void marginsAreNoFurtherWait() {
    GreedyDecoding decoding =
        new GreedyDecoding(
            golden.model.greedy(new StopTokens(List.of(2))), new PassLimits(1, 4096, 1 << 20));
    PromptGroup group = group(40, 3, 3);
    GenerationLimits wanted = new GenerationLimits(3, 3, List.of(), true);
    PromptGroup asked =
        new PromptGroup(
            group.prefix(), 3, visual, List.of(), group.suffixes(), List.of(wanted, wanted));
    decoding.generate(List.of(asked));
    long copies = Torch.copies();
    long reads = Torch.reads();
    assertThat(decoding.generate(List.of(asked)).get(0))
        .allSatisfy(answer -> assertThat(answer.margin()).isPresent());
    assertThat(new Traffic(Torch.copies() - copies, Torch.reads() - reads))
        .isEqualTo(new Traffic(3, 3));
  }

  /** The rows that ask and those that go on: a rule on the host knows them no earlier. */
  @Test
  void aCutIsTwoCopiesAndOneWaitMoreInAPrefillAndNoneInAStep() {
    LayerCut cut = cut(2, new Evidence.LastRowAttention(1));
    assertThat(traffic(1, 1, 1, cut)).isEqualTo(new Traffic(3, 2));
    assertThat(traffic(1, 6, 6, cut)).isEqualTo(new Traffic(3 + 5, 2 + 5));
  }

  private static LayerCut cut(int layer, Evidence... sees) {
    return new TestCuts.Ranked(layer, 0.5, CutPositions.PACKED, List.of(sees));
  }

  /** The pieces of evidence of one cut, and those of all groups' questions. */
  @Test
  void theHostWaitsOnceALayerForWhatAllRulesSee() {
    LayerCut one =
        cut(
            1,
            new Evidence.LastRowAttention(0),
            new Evidence.Keys(0),
            new Evidence.Hidden(1),
            new Evidence.KeyCosines(1),
            new Evidence.MeanQueryAttention(1));
    LayerCut other =
        cut(2, new Evidence.Hidden(1), new Evidence.Hidden(2), new Evidence.VisualAttention(1));
    for (int groups : new int[] {1, 7}) {
      assertThat(traffic(groups, 1, 1, one).reads()).isEqualTo(1 + 1);
      // Before layer 1, after the cut there, before layer 2.
      assertThat(traffic(groups, 1, 1, one, other).reads()).isEqualTo(1 + 3);
    }
  }

  /**
   * 13 times 576 x 576 numbers are 16 MiB; the first 13 groups go on before the last one is seen.
   */
  @Test
  void muchEvidenceIsReadInPortions() throws IOException {
    LayerCut cut = cut(1, new Evidence.KeyCosines(1));
    GreedyDecoding decoding =
        new GreedyDecoding(
            golden.model.greedy(new StopTokens(List.of(2))), new PassLimits(1, 1 << 14, 1 << 20));
    try (ProjectedTokens whole = golden.project("wide.png@crop", "none")) {
      List<PromptGroup> asked =
          IntStream.range(0, 14).mapToObj(g -> group(40 + g, whole, 1, 1, cut)).toList();
      List<int[]> alone = new ArrayList<>();
      for (PromptGroup one : asked) {
        alone.add(decoding.generate(List.of(one)).get(0).get(1).ids());
      }
      long before = Torch.reads();
      List<int[]> together =
          decoding.generate(asked).stream().map(answers -> answers.get(1).ids()).toList();
      assertThat(Torch.reads() - before).isEqualTo(1 + 2);
      assertThat(together).containsExactlyElementsOf(alone);
    }
  }

  /** What counts copies would miss one that a function of the script makes for itself. */
  @Test
  void theDecodersScriptMakesNoTensorOfAList() {
    for (String part : List.of("decoder", "llama", "opt", "pool")) {
      assertThat(LlavaScript.text(part)).doesNotContain("torch.tensor(", "ops.index(");
    }
    assertThat(LlavaScript.text("ops").split("torch\\.tensor\\(", -1)).hasSize(2);
    assertThat(LlavaScript.text("ops").split("pin_memory\\(", -1)).hasSize(4);
  }
}
