package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Visual tokens that stop inside the decoder, against transformers' layers called one by one. */
class VisualCutTest {

  private static final int NEW_TOKENS = 12;

  private static List<JsonNode> cases(String checkpoint) throws IOException {
    return StreamSupport.stream(Goldens.json("cuts/cuts.json").get("cases").spliterator(), false)
        .filter(one -> one.get("checkpoint").asText().equals(checkpoint))
        .toList();
  }

  private static PromptGroup group(GoldenModel golden, JsonNode one, ProjectedTokens visual) {
    int[] ids = GoldenModel.ints(one.get("ids"));
    int placeholder = golden.model.checkpoint().config().imageTokenId();
    int slot = 0;
    while (ids[slot] != placeholder) {
      slot++;
    }
    List<VisualCut> cuts = new ArrayList<>();
    for (JsonNode cut : one.get("cuts")) {
      cuts.add(new VisualCut(cut.get("layer").asInt(), GoldenModel.ints(cut.get("kept"))));
    }
    int[] suffix = Arrays.copyOfRange(ids, slot + 1, ids.length);
    // Twice the same question: packed, neither may see the other.
    PromptGroup.Limits limits = new PromptGroup.Limits(NEW_TOKENS, 0);
    return new PromptGroup(
            Arrays.copyOf(ids, slot + 1),
            slot,
            visual,
            List.of(suffix, suffix),
            List.of(limits, limits))
        .cut(cuts);
  }

  @Test
  void everyCutAnswersAsTheReferenceAloneAndInOneBatch() throws IOException {
    for (String checkpoint : List.of("mha", "gqa")) {
      try (GoldenModel golden = new GoldenModel(checkpoint, Precision.FP32);
          ProjectedTokens visual = golden.project("wide.png@crop", "none")) {
        List<JsonNode> cases = cases(checkpoint);
        List<PromptGroup> groups = cases.stream().map(one -> group(golden, one, visual)).toList();
        // With others that are not cut, so that layers are run in spans that are not their own.
        PromptGroup whole = groups.get(0).cut(List.of());
        List<PromptGroup> mixed = Stream.concat(groups.stream(), Stream.of(whole)).toList();
        GreedyDecoding decoding = golden.model.decoding(new StopTokens(List.of()));
        List<List<Generation>> together = decoding.generate(mixed);
        for (int i = 0; i < cases.size(); i++) {
          String name = checkpoint + " " + cases.get(i).get("name").asText();
          check(cases.get(i), decoding.generate(List.of(groups.get(i))).get(0), name + " alone");
          check(cases.get(i), together.get(i), name + " in a batch");
          float[] logits = golden.model.logits(groups.get(i).part(0, 1));
          float[] expected = floats(cases.get(i).get("logits"));
          ModelGoldenTest.assertClose(Arrays.copyOf(logits, expected.length), expected, name);
        }
        assertThat(together.get(cases.size()).get(0).ids())
            .containsExactly(decoding.generate(List.of(whole)).get(0).get(0).ids());
      }
    }
    assertThat(OpenValues.count()).isZero();
  }

  private static void check(JsonNode one, List<Generation> answers, String name) {
    int steps = GoldenModel.comparable(one.get("margins"));
    assertThat(steps).as(name).isPositive();
    int[] expected = Arrays.copyOf(GoldenModel.ints(one.get("greedy")), steps);
    for (Generation answer : answers) {
      assertThat(Arrays.copyOf(answer.ids(), steps)).as(name).containsExactly(expected);
    }
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  @Test
  void workIsCountedByTheLayersThatRowsReach() throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32);
        ProjectedTokens visual = golden.project("wide.png@crop", "none")) {
      JsonNode one = cases("mha").get(0); // from layer 1 of 3 on, every second token
      PromptGroup cut = group(golden, one, visual).part(0, 1);
      GreedyDecoding decoding = golden.model.decoding(new StopTokens(List.of()));
      decoding.generate(List.of(cut)); // the system prompt is there from now on
      PassWork ran = decoding.generate(List.of(cut)).get(0).get(0).work();
      int prompt = cut.promptPositions(0);
      int own = prompt - cut.system().length;
      int dropped = visual.tokens() - one.get("cuts").get(0).get("kept").size();
      long rows = own + 2L * (own - dropped) + 3L * (NEW_TOKENS - 1);
      long pairs = (long) own * prompt + 2L * (own - dropped) * (prompt - dropped);
      for (int step = 1; step < NEW_TOKENS; step++) {
        pairs += prompt + step + 2L * (prompt - dropped + step);
      }
      assertThat(ran).isEqualTo(new PassWork(rows, pairs, NEW_TOKENS));
    }
  }

  @Test
  void impossibleCutsAreRefused() {
    assertThatThrownBy(() -> new VisualCut(0, new int[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer 0");
    assertThatThrownBy(() -> new VisualCut(1, new int[] {2, 2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ascending");
    assertThatThrownBy(() -> new VisualCut(1, new int[] {-1}))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
