package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.HeardDecoder;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.GroupState;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is held of a prefix whose rows leave earlier layers, too. */
@Tag("model")
class EarlierRowsMemoryTest {

  private static final int SYSTEM = 4;
  private static final int VISUAL = 49;
  private static final int KEPT = 10;
  private static final int ANSWER = 6;

  @AfterEach
  void nothingIsLeftOpen() {
    assertThat(OpenValues.count()).isZero();
  }

  private static HeardDecoder decoder(CachePlan plan) {
    return new HeardDecoder(Checkpoint.open(Goldens.path("checkpoints/gqa")), plan);
  }

  private static ProjectedTokens visual(HeardDecoder decoder) {
    Random random = new Random(5);
    float[] rows = new float[VISUAL * 64];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    return decoder.visual(rows, VISUAL);
  }

  private static PromptGroup group(
      ProjectedTokens visual, String method, int questions, int length) {
    List<LayerCut> cuts = TokenReducers.of(MethodSpec.parse(method)).cuts(VISUAL, 3);
    List<int[]> suffixes =
        IntStream.range(0, questions)
            .mapToObj(q -> IntStream.range(0, length).map(i -> 30 + (7 * q + i) % 300).toArray())
            .toList();
    List<GenerationLimits> limits =
        suffixes.stream().map(text -> new GenerationLimits(ANSWER, 0)).toList();
    return new PromptGroup(new int[] {1, 20, 21, 22, 23}, SYSTEM, visual, cuts, suffixes, limits);
  }

  /** Where no question is to come, nothing of the image is held but what each one keeps. */
  @ParameterizedTest
  @CsvSource({"priortr, true", "fastv, false"})
  void aPoolHasThePrefixAgainWhenAllPromptsHaveRun(String method, boolean prefixEnds) {
    int questions = 3;
    int length = 5;
    List<Integer> used = new ArrayList<>();
    List<Long> booked = new ArrayList<>();
    try (HeardDecoder decoder = decoder(CachePlan.POOL_EXACTLY);
        ProjectedTokens visual = visual(decoder)) {
      int free = decoder.free();
      GreedyDecoding decoding =
          new GreedyDecoding(
              decoder.passes(
                  state -> {
                    used.add(free - decoder.free());
                    booked.add(state.slots());
                  }),
              new PassLimits(1, 4096, 8192));
      decoding.generate(List.of(group(visual, method + ":layer=1,tokens=10", questions, length)));
      assertThat(decoder.free()).isEqualTo(free);
    }
    int own = questions * (SYSTEM + KEPT + length + ANSWER - 1);
    assertThat(used).hasSize(ANSWER);
    assertThat(used.subList(0, ANSWER - 1)).containsOnly(prefixEnds ? own : own + SYSTEM + VISUAL);
    for (int pass = 0; pass < ANSWER; pass++) {
      assertThat(booked.get(pass)).isGreaterThanOrEqualTo(used.get(pass));
    }
  }

  /** Two caches of each question, which answers see, and none of the prompts. */
  @Test
  void cachesOfPromptsAreClosedWhenAllHaveRun() {
    List<Long> open = new ArrayList<>();
    List<Long> booked = new ArrayList<>();
    try (HeardDecoder decoder = decoder(CachePlan.GROUPS);
        ProjectedTokens visual = visual(decoder)) {
      PromptGroup group = group(visual, "priortr:layer=1,tokens=10", 3, 5);
      decoder.generate(List.of(group)); // the system prompt is there from now on
      long before = OpenValues.count();
      new GreedyDecoding(
              decoder.passes(
                  state -> {
                    open.add(OpenValues.count() - before);
                    booked.add(state.slots());
                  }),
              new PassLimits(1, 4096, 8192))
          .generate(List.of(group));
    }
    assertThat(open.get(0)).isEqualTo(3L * 2);
    assertThat(booked.get(0))
        .as("of each its text twice, its answer, and at most all tokens; no prefix beside them")
        .isEqualTo(3L * (2 * 5 + ANSWER - 1 + SYSTEM + VISUAL));
  }

  /** The prefix stays while others are to come after it; no more is held than is booked. */
  @ParameterizedTest
  @CsvSource({"'priortr:layer=2,tokens=10'", "'clse:layers=1/2,tokens=9'"})
  void thePrefixStaysForThoseToCome(String method) {
    List<Boolean> more = new ArrayList<>();
    try (HeardDecoder decoder = decoder(CachePlan.POOL_EXACTLY);
        ProjectedTokens visual = visual(decoder)) {
      int free = decoder.free();
      PromptGroup group = group(visual, method, 20, 60);
      int least = SYSTEM + VISUAL;
      new GreedyDecoding(
              decoder.passes(
                  (GroupState state) -> {
                    more.add(state.packs().more());
                    int used = free - decoder.free();
                    assertThat(state.slots()).isGreaterThanOrEqualTo(used);
                    assertThat(used).isGreaterThanOrEqualTo(state.packs().more() ? least : 0);
                  }),
              new PassLimits(1, 4096, 8192))
          .generate(List.of(group));
      assertThat(decoder.free()).isEqualTo(free);
    }
    assertThat(more).contains(true, false);
  }
}
