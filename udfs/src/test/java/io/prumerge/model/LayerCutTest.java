package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.reduction.Evidence;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.LayerCut.Positions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenReducers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Visual tokens that leave the decoder between layers, against sequences computed one by one. */
class LayerCutTest {

  private static final String INPUT = "wide.png@crop";
  private static final int NEW_TOKENS = 4;

  private static final Map<String, List<LayerCut>> CUTS = cuts();

  private static Map<String, List<LayerCut>> cuts() {
    Map<String, List<LayerCut>> cuts = new LinkedHashMap<>();
    for (String method : List.of("fastv:layer=1", "fastv:layer=2,tokens=9", "vtw:layer=1")) {
      cuts.put(method, TokenReducers.of(MethodSpec.parse(method)).cuts());
    }
    cuts.put(
        "question after question, packed",
        List.of(
            new TestCuts.Ranked(
                1, 0.4, Positions.PACKED, List.of(new Evidence.LastRowAttention(0))),
            new TestCuts.Ranked(
                2, 0.5, Positions.PACKED, List.of(new Evidence.LastRowAttention(1)))));
    cuts.put(
        "image, then question",
        List.of(
            new TestCuts.Ranked(
                1,
                0.5,
                Positions.PACKED,
                List.of(new Evidence.Hidden(0), new Evidence.Hidden(1), new Evidence.Keys(0))),
            new TestCuts.Ranked(
                2,
                0.3,
                Positions.KEPT,
                List.of(
                    new Evidence.Hidden(1),
                    new Evidence.LastRowAttention(1),
                    new Evidence.Keys(1)))));
    cuts.put(
        "question by all evidence",
        List.of(
            new TestCuts.Ranked(
                2,
                0.1,
                Positions.KEPT,
                List.of(
                    new Evidence.Hidden(2),
                    new Evidence.LastRowAttention(0),
                    new Evidence.Keys(1)))));
    return cuts;
  }

  /** Different questions about one image; more than one pack where each has tokens of its own. */
  private static PromptGroup questions(
      GoldenModel golden, ProjectedTokens visual, List<LayerCut> cuts, int count) {
    JsonNode one =
        golden.list("cases").stream()
            .filter(node -> node.get("input").asText().equals(INPUT))
            .findFirst()
            .orElseThrow();
    PromptGroup group = GoldenModel.group(List.of(one), visual, NEW_TOKENS);
    List<int[]> suffixes = new ArrayList<>();
    for (int q = 0; q < count; q++) {
      int[] suffix = group.suffixes().get(0);
      suffix = Arrays.copyOf(suffix, suffix.length + q % 3);
      for (int i = 0; i < suffix.length; i++) {
        suffix[i] = 20 + (suffix[i] + 31 * q) % 500;
      }
      suffixes.add(suffix);
    }
    List<PromptGroup.Limits> limits =
        suffixes.stream().map(suffix -> new PromptGroup.Limits(NEW_TOKENS, 0)).toList();
    return new PromptGroup(group.prefix(), group.visualSlot(), visual, cuts, suffixes, limits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa"})
  void cutsAnswerAsThePlainDecoderAloneAndInOneBatch(String name) throws IOException {
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32);
        ProjectedTokens visual = golden.project(INPUT, "none")) {
      PlainDecoder plain = new PlainDecoder(golden.model.checkpoint());
      float[] rows = golden.model.floats(visual.rows());
      GreedyDecoding decoding = golden.decoding(new StopTokens(List.of()));
      List<PromptGroup> groups = new ArrayList<>();
      groups.add(questions(golden, visual, List.of(), 2));
      CUTS.values().forEach(cuts -> groups.add(questions(golden, visual, cuts, 8)));
      List<List<Generation>> together = decoding.generate(groups);
      for (int g = 0; g < groups.size(); g++) {
        PromptGroup group = groups.get(g);
        String what = name + " " + (g == 0 ? "none" : List.copyOf(CUTS.keySet()).get(g - 1));
        for (int q = 0; q < group.suffixes().size(); q += 7) {
          PromptGroup alone = group.part(q, q + 1);
          int[] ids = together.get(g).get(q).ids();
          assertThat(decoding.generate(List.of(alone)).get(0).get(0).ids())
              .as(what)
              .containsExactly(ids);
          check(plain, alone, rows, golden.model.logits(alone), ids, what + " question " + q);
        }
      }
    }
    assertThat(OpenValues.count()).isZero();
  }

  // Every step's logits of the plain decoder choose the same id; the first step's are all close.
  private static void check(
      PlainDecoder plain,
      PromptGroup group,
      float[] visual,
      float[] logits,
      int[] ids,
      String what) {
    int[] prompt =
        IntStream.concat(IntStream.of(group.prefix()), IntStream.of(group.suffixes().get(0)))
            .toArray();
    for (int made = 0; made < ids.length; made++) {
      int[] all = IntStream.concat(IntStream.of(prompt), Arrays.stream(ids, 0, made)).toArray();
      double[] expected = plain.logits(all, group.visualSlot(), visual, made, group.cuts());
      if (made == 0) {
        float[] wanted = new float[expected.length];
        IntStream.range(0, wanted.length).forEach(i -> wanted[i] = (float) expected[i]);
        ModelGoldenTest.assertClose(logits, wanted, what);
      }
      double best = Arrays.stream(expected).max().orElseThrow();
      assertThat(expected[ids[made]]).as(what + " step " + made).isGreaterThan(best - 1e-3);
    }
  }

  /** transformers' own layers called one by one, with rows taken out by hand. */
  @ParameterizedTest
  @ValueSource(strings = {"mha", "gqa"})
  void fixedCutsAnswerAsTheReference(String checkpoint) throws IOException {
    try (GoldenModel golden = new GoldenModel(checkpoint, Precision.FP32);
        ProjectedTokens visual = golden.project(INPUT, "none")) {
      GreedyDecoding decoding = golden.decoding(new StopTokens(List.of()));
      List<JsonNode> cases = new ArrayList<>();
      List<PromptGroup> groups = new ArrayList<>();
      for (JsonNode one : Goldens.json("cuts/cuts.json").get("cases")) {
        if (one.get("checkpoint").asText().equals(checkpoint)) {
          for (boolean perQuestion : new boolean[] {false, true}) {
            cases.add(one);
            groups.add(fixed(golden, one, visual, perQuestion));
          }
        }
      }
      List<List<Generation>> together = decoding.generate(groups);
      for (int i = 0; i < cases.size(); i++) {
        JsonNode one = cases.get(i);
        String name = checkpoint + " " + one.get("name").asText();
        int steps = GoldenModel.comparable(one.get("margins"));
        int[] expected = Arrays.copyOf(GoldenModel.ints(one.get("greedy")), steps);
        Stream<Generation> alone = decoding.generate(List.of(groups.get(i))).get(0).stream();
        assertThat(Stream.concat(alone, together.get(i).stream()))
            .as(name)
            .allSatisfy(
                answer -> assertThat(Arrays.copyOf(answer.ids(), steps)).isEqualTo(expected));
        float[] first = floats(one.get("logits"));
        float[] logits = golden.model.logits(groups.get(i).part(0, 1));
        ModelGoldenTest.assertClose(Arrays.copyOf(logits, first.length), first, name);
      }
    }
  }

  // Twice the same question: neither may see the other.
  private static PromptGroup fixed(
      GoldenModel golden, JsonNode one, ProjectedTokens visual, boolean perQuestion) {
    int[] ids = GoldenModel.ints(one.get("ids"));
    int placeholder = golden.model.checkpoint().config().imageTokenId();
    int slot =
        IntStream.range(0, ids.length).filter(i -> ids[i] == placeholder).findFirst().orElseThrow();
    List<LayerCut> cuts = new ArrayList<>();
    List<Integer> left = IntStream.range(0, visual.tokens()).boxed().toList();
    for (JsonNode cut : one.get("cuts")) {
      int layer = cut.get("layer").asInt();
      List<Evidence> sees =
          perQuestion ? List.of(new Evidence.LastRowAttention(layer - 1)) : List.of();
      List<Integer> kept = IntStream.of(GoldenModel.ints(cut.get("kept"))).boxed().toList();
      // The file numbers the first layer's tokens, a cut those that have come so far.
      List<Integer> places = kept.stream().map(left::indexOf).toList();
      cuts.add(new TestCuts.Fixed(layer, places, sees));
      left = kept;
    }
    int[] suffix = Arrays.copyOfRange(ids, slot + 1, ids.length);
    PromptGroup.Limits limits = new PromptGroup.Limits(one.get("greedy").size(), 0);
    return new PromptGroup(
        Arrays.copyOf(ids, slot + 1),
        slot,
        visual,
        cuts,
        List.of(suffix, suffix),
        List.of(limits, limits));
  }

  private static float[] floats(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.get(i).asDouble();
    }
    return values;
  }

  @Test
  void aMethodThatKeepsOtherTokensThanItSaidFailsWithItsReason() throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32);
        ProjectedTokens visual = golden.project(INPUT, "none")) {
      for (List<Integer> kept : List.of(List.of(2, 2), List.of(3, 1), List.of(0, 576))) {
        List<LayerCut> cuts = List.of(new TestCuts.Fixed(1, kept, List.of()));
        PromptGroup group = questions(golden, visual, cuts, 1);
        assertThatThrownBy(() -> golden.model.logits(group))
            .isInstanceOf(ReductionException.class)
            .hasMessageContaining(
                "must keep 2 of 576 tokens, in ascending order, but gave " + kept);
      }
    }
    assertThat(OpenValues.count()).isZero();
  }
}
