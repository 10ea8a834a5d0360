package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.FirstQuestionCuts;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.MeteredDecoder;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.PlainDecoder;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Finish;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Questions that all go on after what the first one keeps, against each of them asked alone with
 * these tokens forced.
 */
@Tag("model")
class FirstQuestionTest {

  private static final LayerCut BY_QUESTION =
      new TestCuts.Halved(1, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(1)));
  private static final LayerCut BY_TEXT =
      new TestCuts.Ranked(
          2,
          0.5,
          CutPositions.KEPT,
          List.of(new Evidence.Hidden(1), new Evidence.LastRowAttention(1), new Evidence.Keys(1)));

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(OpenValues.count()).isZero();
  }

  private static PromptGroup byFirst(PromptGroup group) {
    return new PromptGroup(
        group.prefix(),
        group.visualSlots()[0],
        group.rows(),
        group.cuts(),
        Optional.of(new FirstQuestionCuts()),
        group.suffixes(),
        group.limits());
  }

  private static PromptGroup with(PromptGroup group, List<? extends LayerCut> cuts) {
    return new PromptGroup(
        group.prefix(),
        group.visualSlots()[0],
        group.visual(),
        List.copyOf(cuts),
        group.suffixes(),
        group.limits());
  }

  /** The group with what its cuts keep when the first question is asked alone. */
  private static PromptGroup forced(GreedyDecoding decoding, PromptGroup group) {
    List<TestCuts.Recorded> recorded = group.cuts().stream().map(TestCuts.Recorded::new).toList();
    decoding.generate(List.of(with(group.part(0, 1), recorded)));
    List<LayerCut> forced = new ArrayList<>();
    for (TestCuts.Recorded one : recorded) {
      assertThat(one.kept).hasSize(1);
      forced.add(new TestCuts.Forced(one, one.kept.get(0)));
    }
    return with(group, forced);
  }

  private static List<int[]> ids(List<Generation> answers) {
    return answers.stream().map(Generation::ids).toList();
  }

  private static void assertAsForced(GreedyDecoding decoding, PromptGroup group, String what) {
    List<int[]> answers = ids(decoding.generate(List.of(byFirst(group))).get(0));
    PromptGroup forced = forced(decoding, group);
    int step = 1 + answers.size() / 9; // of many questions, some of each pack
    for (int q = 0; q < answers.size(); q += step) {
      assertThat(decoding.generate(List.of(forced.part(q, q + 1))).get(0).get(0).ids())
          .as("%s question %d", what, q)
          .containsExactly(answers.get(q));
    }
  }

  @Test
  void everyMethodAnswersAsWithTheFirstQuestionsTokensForced() throws IOException {
    try (GoldenModel golden = new GoldenModel("gqa", Precision.FP32);
        ProjectedTokens visual = golden.project(LayerCutTest.INPUT, "none")) {
      PlainDecoder plain = new PlainDecoder(golden.model.checkpoint());
      float[] rows = golden.model.floats(visual.rows());
      GreedyDecoding decoding = golden.decoding(new StopTokens(List.of()));
      int differ = 0;
      List<PromptGroup> groups = new ArrayList<>();
      List<PromptGroup> forced = new ArrayList<>();
      List<PromptGroup> each = new ArrayList<>();
      for (List<LayerCut> cuts : LayerCutTest.cuts(visual.tokens()).values()) {
        PromptGroup group = LayerCutTest.questions(golden, visual, cuts, 4);
        each.add(group);
        groups.add(byFirst(group));
        forced.add(forced(decoding, group));
      }
      List<List<Generation>> together = decoding.generate(groups);
      for (int g = 0; g < groups.size(); g++) {
        PromptGroup alone = forced.get(g).part(3, 4);
        int[] ids = together.get(g).get(3).ids();
        String what = groups.get(g).cuts() + " the last question";
        assertThat(decoding.generate(List.of(alone)).get(0).get(0).ids())
            .as(what)
            .containsExactly(ids);
        LayerCutTest.check(plain, alone, rows, golden.model.logits(alone), ids, what);
        List<int[]> own = ids(decoding.generate(List.of(each.get(g))).get(0));
        assertThat(own.get(0)).containsExactly(together.get(g).get(0).ids());
        for (int q = 1; q < 4; q++) {
          differ += Arrays.equals(own.get(q), together.get(g).get(q).ids()) ? 0 : 1;
        }
      }
      assertThat(differ).as("the first question's tokens are others").isPositive();
    }
  }

  private static PromptGroup group(ProjectedTokens visual, int questions, List<LayerCut> cuts) {
    List<int[]> suffixes =
        IntStream.range(0, questions)
            .mapToObj(q -> IntStream.range(0, 40).map(i -> 30 + (7 * q + i * i) % 300).toArray())
            .toList();
    List<GenerationLimits> limits =
        IntStream.range(0, questions).mapToObj(q -> new GenerationLimits(1 + q % 5, 0)).toList();
    return new PromptGroup(new int[] {1, 20, 21, 22, 23}, 4, visual, cuts, suffixes, limits);
  }

  private static PassWork booked(List<Generation> answers) {
    return answers.stream().map(Generation::work).reduce(PassWork.NONE, PassWork::plus);
  }

  /** The evidence is that of one question, and the prefix is there once; in packs, too. */
  @Test
  void theCutsAreComputedOnceForAllPacks() {
    List<LayerCut> cuts = List.of(BY_QUESTION, BY_TEXT);
    for (int questions : new int[] {1, 3, 70}) {
      try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
          ProjectedTokens visual = decoder.visual(40, 50)) {
        PromptGroup group = group(visual, questions, cuts);
        List<Generation> answers = decoder.decoding().generate(List.of(byFirst(group))).get(0);
        assertThat(booked(answers)).isEqualTo(decoder.ran());
        assertThat(decoder.ran().queries()).as("one last row for each cut").isEqualTo(2);
        assertThat(decoder.ran().keys()).isEqualTo(50 + 40);
        if (questions > 1) {
          long rows = booked(decoder.decoding().generate(List.of(group)).get(0)).rows();
          assertThat(booked(answers).rows()).isLessThan(rows);
        }
        assertAsForced(decoder.decoding(), group, questions + " questions");
      }
    }
  }

  private static List<Generation> scarce(long room, boolean metFirst) {
    List<Long> needs = new ArrayList<>();
    try (MeteredDecoder decoder =
            new MeteredDecoder(
                passages -> {
                  needs.add(passages.stream().mapToLong(MeteredDecoder::slots).sum());
                  return needs.get(needs.size() - 1);
                },
                room);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      PromptGroup group = group(visual, 4, List.of(BY_QUESTION));
      List<Generation> answers = decoder.decoding().generate(List.of(byFirst(group))).get(0);
      assertThat(needs.stream().anyMatch(need -> need > room)).isEqualTo(metFirst);
      return answers;
    }
  }

  /** Parts of a group that are asked again one by one go by the same tokens. */
  @Test
  void questionsThatDoNotFitTogetherStillGoByTheFirst() {
    List<int[]> whole = ids(scarce(Long.MAX_VALUE, false));
    for (long room : new long[] {4 + 50 + 2 * 45, 4 + 50 + 45}) {
      List<int[]> parts = ids(scarce(room, true));
      for (int q = 0; q < whole.size(); q++) {
        assertThat(parts.get(q)).containsExactly(whole.get(q));
      }
    }
  }

  @Test
  void withoutTheFirstQuestionThereIsNoAnswer() {
    List<Generation> none = scarce(50, true);
    assertThat(none.get(0).finish()).isEqualTo(Finish.OUT_OF_MEMORY);
    assertThat(none.subList(1, 4))
        .allSatisfy(
            one -> {
              assertThat(one.finish()).isEqualTo(Finish.REDUCTION_FAILED);
              assertThat(one.failure().orElseThrow()).contains("no memory for the image's first");
            });
  }
}
