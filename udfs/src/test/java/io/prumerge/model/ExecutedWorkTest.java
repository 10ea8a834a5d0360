package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.prumerge.image.PatchGrid;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.MeteredDecoder;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Finish;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.EvidenceRows;
import io.prumerge.reduction.LayerCut;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is booked to questions is what ran for them, all together. */
@Tag("model")
class ExecutedWorkTest {

  private static final int[] SYSTEM = {1, 20, 21, 22};

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(OpenValues.count()).isZero();
  }

  private static PromptGroup group(ProjectedTokens visual, int questions, int length, int answer) {
    int[] prefix = IntStream.concat(IntStream.of(SYSTEM), IntStream.of(23)).toArray();
    return new PromptGroup(
        visual == null ? SYSTEM : prefix,
        visual == null ? -1 : SYSTEM.length,
        visual,
        IntStream.range(0, questions)
            .mapToObj(q -> IntStream.range(0, length).map(i -> 30 + q + i).toArray())
            .toList(),
        IntStream.range(0, questions)
            .mapToObj(q -> new GenerationLimits(1 + (answer + q) % (answer + 1), 0))
            .toList());
  }

  private static PassWork booked(List<List<Generation>> generations) {
    return generations.stream()
        .flatMap(List::stream)
        .map(Generation::work)
        .reduce(PassWork.NONE, PassWork::plus);
  }

  @Test
  void severalPacksBehindOneSystemPromptAreBookedOnce() {
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0)) {
      List<PromptGroup> groups = List.of(group(null, 90, 30, 3));
      assertThat(booked(decoder.decoding().generate(groups))).isEqualTo(decoder.ran());
    }
  }

  @Test
  void severalPacksBehindImagesAreBookedOnce() {
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      List<PromptGroup> groups =
          List.of(group(visual, 70, 40, 2), group(null, 3, 5, 4), group(visual, 1, 9, 6));
      assertThat(booked(decoder.decoding().generate(groups))).isEqualTo(decoder.ran());
    }
  }

  @Test
  void cutsAndTheirEvidenceAreBookedOnce() {
    Evidence attention = new Evidence.LastRowAttention(0);
    LayerCut image = new TestCuts.Ranked(1, 0.5, CutPositions.KEPT, List.of());
    LayerCut question = new TestCuts.Ranked(1, 0.4, CutPositions.KEPT, List.of(attention));
    LayerCut later =
        new TestCuts.Ranked(2, 0.5, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(1)));
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      List<PromptGroup> groups = new ArrayList<>();
      for (List<LayerCut> cuts :
          List.of(List.of(image), List.of(image, later), List.of(question, later))) {
        groups.add(cut(group(visual, 70, 40, 2), cuts));
      }
      groups.add(group(visual, 2, 9, 6));
      assertThat(booked(decoder.decoding().generate(groups))).isEqualTo(decoder.ran());
      assertThat(decoder.ran().queries()).isEqualTo(70 + 2 * 70);
    }
  }

  /** A cut saves time even where it shares its passes with prompts that drop nothing. */
  @Test
  void timeIsChargedByTheRowsThatTheLayersHad() {
    LayerCut image = new TestCuts.Ranked(1, 0.5, CutPositions.KEPT, List.of());
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      PromptGroup whole = group(visual, 1, 10, 0);
      List<PromptGroup> groups = List.of(whole, cut(whole, List.of(image)));
      decoder.decoding().generate(groups); // runs the system prompt, whose rows have no time
      List<Generation> together =
          decoder.decoding().generate(groups).stream().flatMap(List::stream).toList();
      Generation all = together.get(0);
      Generation half = together.get(1);
      assertThat(half.work().rows()).isLessThan(all.work().rows());
      assertThat(half.prefillMillis() / half.work().rows())
          .isCloseTo(all.prefillMillis() / all.work().rows(), withinPercentage(1e-6));
    }
  }

  /** Keys of layers to come, attention of whole texts, and sums, for one and for many packs. */
  @Test
  void allOtherEvidenceAndSumsAreBookedOnce() {
    List<Evidence> ahead = List.of(new Evidence.LastRowAttention(1));
    List<Evidence> text =
        List.of(
            new Evidence.TextRelevance(),
            new Evidence.TextAttention(0),
            new Evidence.TextHeadAttention(0),
            new Evidence.Keys(0, EvidenceRows.TEXT),
            new Evidence.Hidden(1, EvidenceRows.TEXT, true));
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      List<PromptGroup> groups = new ArrayList<>();
      for (List<Evidence> sees : List.of(ahead, text, List.<Evidence>of())) {
        LayerCut first = new TestCuts.Halved(1, CutPositions.KEPT, sees);
        LayerCut second =
            new TestCuts.Halved(2, CutPositions.PACKED, List.of(new Evidence.LastRowAttention(2)));
        for (int questions : new int[] {1, 70}) {
          groups.add(cut(group(visual, questions, 40, 2), List.of(first, second)));
        }
      }
      assertThat(booked(decoder.decoding().generate(groups))).isEqualTo(decoder.ran());
      assertThat(decoder.ran().keys()).isPositive();
      assertThat(decoder.ran().flops()).isPositive();
    }
  }

  /** What cuts see of the visual tokens alone, and a number of tokens that is not known before. */
  @Test
  void evidenceThatAllQuestionsShareAndAdaptiveCutsAreBookedOnce() {
    List<Evidence> shared =
        List.of(
            new Evidence.VisualAttention(0),
            new Evidence.MeanQueryAttention(1),
            new Evidence.KeyCosines(1));
    LayerCut first = new TestCuts.Halved(1, CutPositions.KEPT, shared);
    LayerCut few = new TestCuts.Few(1, CutPositions.PACKED, shared);
    LayerCut later =
        new TestCuts.Ranked(
            2,
            0.5,
            CutPositions.PACKED,
            List.of(new Evidence.LastRowAttention(1), new Evidence.VisualAttention(1)));
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      List<PromptGroup> groups = new ArrayList<>();
      for (List<LayerCut> cuts :
          List.of(List.of(first, later), List.of(few), List.of(few, later))) {
        for (int questions : new int[] {1, 70}) {
          groups.add(cut(group(visual, questions, 40, 2), cuts));
        }
      }
      List<List<Generation>> answers = decoder.decoding().generate(groups);
      assertThat(booked(answers)).isEqualTo(decoder.ran());
      assertThat(answers.get(3)).allMatch(answer -> answer.kept().equals(List.of(7)));
      assertThat(answers.get(5)).allMatch(answer -> answer.kept().equals(List.of(7, 3)));
    }
  }

  /** Steps see in earlier layers what the cut has left, for one and for many packs. */
  @Test
  void rowsDroppedFromEarlierLayersAreBookedOnce() {
    PatchGrid cells = PatchGrid.square(7);
    List<Evidence> grid = List.of(new Evidence.HighPass(0, cells), new Evidence.HighPass(1, cells));
    LayerCut all = new TestCuts.Emptying(new TestCuts.Ranked(1, 0.5, CutPositions.KEPT, grid));
    LayerCut each =
        new TestCuts.Emptying(
            new TestCuts.Ranked(
                2, 0.4, CutPositions.KEPT, List.of(new Evidence.LastRowAttention(1))));
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 49)) {
      List<PromptGroup> groups = new ArrayList<>();
      for (List<LayerCut> cuts : List.of(List.of(all), List.of(each), List.of(all, each))) {
        for (int questions : new int[] {1, 70}) {
          groups.add(cut(group(visual, questions, 40, 4), cuts));
        }
      }
      assertThat(booked(decoder.decoding().generate(groups))).isEqualTo(decoder.ran());
      assertThat(decoder.ran().flops()).isPositive();
    }
  }

  private static PromptGroup cut(PromptGroup group, List<LayerCut> cuts) {
    return new PromptGroup(
        group.prefix(),
        group.visualSlots()[0],
        group.visual(),
        cuts,
        group.suffixes(),
        group.limits());
  }

  /**
   * In each layer the rows and slots of the tokens that reach it; in steps, where rows of earlier
   * layers go too, everywhere those that the cut leaves.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aQuestionAloneIsBookedByTheLayersThatItsTokensReach(boolean dropsEarlierRows) {
    LayerCut ranked =
        new TestCuts.Ranked(2, 0.4, CutPositions.KEPT, List.of(new Evidence.LastRowAttention(1)));
    LayerCut cut = dropsEarlierRows ? new TestCuts.Emptying(ranked) : ranked;
    try (MeteredDecoder decoder = new MeteredDecoder(rows -> 0, 0);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      List<PromptGroup> alone = List.of(cut(group(visual, 1, 9, 3), List.of(cut)));
      decoder.decoding().generate(alone); // the system prompt is there from now on
      Generation answer = decoder.decoding().generate(alone).get(0).get(0);
      int made = answer.ids().length;
      assertThat(made).isGreaterThan(1);
      long rows = 2 * (50 + 9) + (20 + 9) + 3L * (made - 1);
      long pairs = 2 * (50 + 9) * (4 + 50 + 9) + (20 + 9) * (4 + 20 + 9);
      int earlier = dropsEarlierRows ? 20 : 50;
      for (int step = 1; step < made; step++) {
        pairs += 2 * (4 + earlier + 9 + step) + 4 + 20 + 9 + step;
      }
      assertThat(answer.work()).isEqualTo(new PassWork(rows, pairs, made, 1, 0, 4 + 50 + 9, 0));
    }
  }

  @Test
  void whatRanBeforeTheMemoryWasGoneIsBookedToo() {
    long room = 650;
    List<Integer> needs = new ArrayList<>();
    try (MeteredDecoder decoder =
            new MeteredDecoder(
                rows -> {
                  needs.add(rows.stream().mapToInt(MeteredDecoder::slots).sum());
                  return needs.get(needs.size() - 1);
                },
                room);
        ProjectedTokens visual = decoder.visual(40, 50)) {
      List<PromptGroup> groups =
          List.of(group(visual, 10, 20, 30), group(visual, 5, 12, 20), group(null, 20, 7, 25));
      List<List<Generation>> generations = decoder.decoding().generate(groups);
      assertThat(needs).anyMatch(need -> need > room);
      assertThat(generations)
          .allSatisfy(group -> assertThat(group).allMatch(one -> one.finish() == Finish.LENGTH));
      assertThat(booked(generations)).isEqualTo(decoder.ran());
    }
  }
}
