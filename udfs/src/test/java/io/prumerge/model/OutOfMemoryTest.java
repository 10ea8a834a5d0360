package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.host.FreeMemory;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.model.decoder.ChoiceRules;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.LanguageModel;
import io.prumerge.model.decoder.LayerPass;
import io.prumerge.model.decoder.MeteredDecoder;
import io.prumerge.model.decoder.Passage;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Finish;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.GreedyPasses;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TensorLoader;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A decoder whose device has room for so many rows and no more. */
@Tag("model")
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
      List<GenerationLimits> limits =
          suffixes.stream().map(suffix -> new GenerationLimits(NEW_TOKENS, 0)).toList();
      made.add(new PromptGroup(new int[] {1, 20, 21}, -1, null, suffixes, limits));
    }
    return made;
  }

  private static List<List<Generation>> generate(int room, int groups, int questions) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    try (Torch torch = TorchRuntime.open();
        TensorLoader loader = new TensorLoader(torch, checkpoint, "cpu", Precision.FP32);
        LanguageModel model =
            new LanguageModel(torch, checkpoint.config(), loader, CachePlan.GROUPS) {
              @Override
              public LayerPass pass(List<Passage> rows, ChoiceRules rules) {
                if (rows.stream().mapToInt(Passage::count).sum() > room) {
                  throw DeviceFailures.outOfMemory();
                }
                return super.pass(rows, rules);
              }
            }) {
      loader.handOver();
      StopTokens stop = new StopTokens(checkpoint.generation().eosTokenIds());
      PassLimits limits = new PassLimits(1, 4096, 1 << 20);
      return new GreedyDecoding(new GreedyPasses(model, stop, 1), limits)
          .generate(groups(groups, questions));
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
                    .allMatch(one -> one.finish() == Finish.OUT_OF_MEMORY)
                    .allMatch(one -> one.ids().length == 0));
  }

  @Test
  void limitsFollowTheMemory() {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    PassLimits scarce = PassLimits.of(checkpoint.config(), Precision.FP32, 1 << 20, true);
    PassLimits ample = PassLimits.of(checkpoint.config(), Precision.FP32, 1L << 36, true);
    assertThat(PassLimits.of(checkpoint.config(), Precision.FP32, -1, true))
        .isEqualTo(new PassLimits(1, 1, 1));
    assertThat(scarce.images()).isLessThan(ample.images());
    assertThat(scarce.rows()).isLessThan(ample.rows());
    assertThat(scarce.slots()).isLessThan(ample.slots());
    assertThat(FreeMemory.of(Device.cpu())).isPositive();
    assertThat(PassLimits.of(checkpoint.config(), Precision.FP32, 1L << 36, false).rows())
        .isGreaterThan(ample.rows());
    assertThat(ample.atMost(5, 0)).isEqualTo(new PassLimits(ample.images(), 5, 1));
  }

  /** Four answers of thirty tokens in a memory that holds all four caches for the first half. */
  @Test
  void tokensThatWereMadeAreNotMadeAgain() {
    List<PromptGroup> groups = longAnswers();
    List<int[]> whole;
    try (MeteredDecoder ample = new MeteredDecoder(OutOfMemoryTest::slots, Long.MAX_VALUE)) {
      whole = ids(ample.decoding().generate(groups));
    }
    try (MeteredDecoder scarce = new MeteredDecoder(OutOfMemoryTest::slots, 4 * (9 + 15))) {
      List<int[]> cut = ids(scarce.decoding().generate(groups));
      assertThat(cut).hasSameSizeAs(whole);
      for (int i = 0; i < whole.size(); i++) {
        assertThat(cut.get(i)).isEqualTo(whole.get(i));
      }
      long systemPrompt = 1;
      assertThat(scarce.ran().heads()).isEqualTo(4 * LONG_ANSWER + systemPrompt);
    }
  }

  private static List<LayerCut> byQuestion() {
    LayerCut cut =
        new TestCuts.Ranked(2, 0.3, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(1)));
    return List.of(cut, new TestCuts.Emptying(cut));
  }

  /**
   * A cut goes by the prompt's last token, whatever was made before the memory was gone; and what
   * was made did not see what a cut dropped from earlier layers.
   */
  @ParameterizedTest
  @MethodSource("byQuestion")
  void questionsThatKeepTokensOfTheirOwnKeepTheSameAfterAFailure(LayerCut cut) {
    List<List<int[]>> answers = new ArrayList<>();
    for (long room : new long[] {Long.MAX_VALUE, 2 * (54 + 15)}) {
      List<Long> needs = new ArrayList<>();
      try (MeteredDecoder decoder =
              new MeteredDecoder(
                  groups -> {
                    needs.add(slots(groups));
                    return needs.get(needs.size() - 1);
                  },
                  room);
          ProjectedTokens visual = decoder.visual(40, 45)) {
        List<PromptGroup> groups =
            longAnswers().stream()
                .map(
                    group ->
                        new PromptGroup(
                            new int[] {1, 20, 21, 5},
                            3,
                            visual,
                            List.of(cut),
                            group.suffixes(),
                            group.limits()))
                .toList();
        answers.add(ids(decoder.decoding().generate(groups)));
      }
      assertThat(needs.stream().anyMatch(need -> need > room)).isEqualTo(answers.size() == 2);
    }
    for (int i = 0; i < 4; i++) {
      assertThat(answers.get(1).get(i)).hasSize(LONG_ANSWER).isEqualTo(answers.get(0).get(i));
    }
  }

  @Test
  void aQuestionThatDoesNotFitAloneAnyMoreKeepsWhatItHasMade() {
    try (MeteredDecoder scarce = new MeteredDecoder(OutOfMemoryTest::slots, 9 + 15)) {
      List<List<Generation>> answers = scarce.decoding().generate(longAnswers().subList(0, 1));
      assertThat(answers.get(0).get(0).finish()).isEqualTo(Finish.OUT_OF_MEMORY);
      assertThat(answers.get(0).get(0).ids()).hasSize(16);
      assertThat(answers.get(0).get(0).work()).isEqualTo(scarce.ran());
    }
  }

  /** Four groups where one fits: the limits fall until one group is in a pass, and no lower. */
  @Test
  void limitsFallAsFarAsTheyMust() {
    List<Integer> sizes = new ArrayList<>();
    try (MeteredDecoder scarce =
        new MeteredDecoder(
            rows -> {
              sizes.add(rows.size());
              return rows.size();
            },
            1)) {
      GreedyDecoding decoding = scarce.decoding(new PassLimits(1, 4 * 9, 1 << 20));
      List<PromptGroup> eight = new ArrayList<>(longAnswers());
      eight.addAll(longAnswers());
      decoding.generate(eight.subList(0, 4));
      sizes.clear();
      decoding.generate(eight);
      // The limits grow back now and then, and fall again.
      assertThat(sizes.stream().filter(size -> size > 1).count()).isBetween(1L, 3L);
      assertThat(decoding.limits().slots()).isBetween(8L + LONG_ANSWER, 2L * (8 + LONG_ANSWER));
    }
  }

  /** A device that another process needs for some passes. */
  @Test
  void limitsAreWhatTheyWereSomeTimeAfterTheMemoryIsFreeAgain() {
    List<Integer> sizes = new ArrayList<>();
    try (MeteredDecoder decoder =
        new MeteredDecoder(
            rows -> {
              sizes.add(rows.size());
              return sizes.size() > 5 && sizes.size() < 20 ? rows.size() : 0;
            },
            1)) {
      PassLimits ample = new PassLimits(1, 4 * 9, 4 * (9 + LONG_ANSWER));
      GreedyDecoding decoding = decoder.decoding(ample);
      List<PromptGroup> groups = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        groups.addAll(longAnswers());
      }
      List<int[]> answers = ids(decoding.generate(groups));
      assertThat(sizes.subList(20, 60)).containsOnly(1);
      assertThat(decoding.limits()).isEqualTo(ample);
      assertThat(sizes.subList(60, sizes.size())).contains(4);
      for (int i = 4; i < answers.size(); i++) {
        assertThat(answers.get(i)).isEqualTo(answers.get(i % 4));
      }
    }
  }

  private static final int LONG_ANSWER = 30;

  private static List<PromptGroup> longAnswers() {
    return groups(4, 1).stream()
        .map(
            group ->
                new PromptGroup(
                    group.prefix(),
                    -1,
                    null,
                    group.suffixes(),
                    List.of(new GenerationLimits(LONG_ANSWER, 0))))
        .toList();
  }

  private static long slots(List<Passage> groups) {
    return groups.stream().mapToInt(MeteredDecoder::slots).sum();
  }
}
