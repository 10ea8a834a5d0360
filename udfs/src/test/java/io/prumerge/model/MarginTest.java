package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PlainDecoder;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far an answer's first token was above the next one. */
@Tag("model")
class MarginTest {

  private static final double CLOSE = 2e-4;
  private static final int NEW_TOKENS = 5;
  private static final String INPUT = "wide.png@crop";
  private static final StopTokens NO_END = new StopTokens(List.of());

  /** Limits of a text whose margin is wanted. */
  private static GenerationLimits wanted(int most, int least) {
    return new GenerationLimits(most, least, List.of(), true);
  }

  private static PromptGroup with(PromptGroup group, List<GenerationLimits> limits) {
    return new PromptGroup(
        group.prefix(),
        group.system(),
        group.visualSlots(),
        group.rows(),
        group.cuts(),
        group.first(),
        group.suffixes(),
        limits);
  }

  private static PromptGroup wanted(PromptGroup group) {
    return with(group, group.limits().stream().map(any -> wanted(NEW_TOKENS, 0)).toList());
  }

  /** Sorts all logits. */
  private static double slow(double[] logits) {
    double[] sorted = logits.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length - 1] - sorted[sorted.length - 2];
  }

  private static double[] wide(float[] logits) {
    return IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray();
  }

  private static PromptGroup text(GenerationLimits limits) {
    return new PromptGroup(
        new int[0], -1, null, List.of(new int[] {1, 300, 301, 302}), List.of(limits));
  }

  private static Generation one(LlavaModel model, StopTokens stop, GenerationLimits limits) {
    return new GreedyDecoding(model.greedy(stop), model.limits(1))
        .generate(List.of(text(limits)))
        .get(0)
        .get(0);
  }

  /** Alone and together, whatever shares the prefill, and in a later pass than the first one. */
  @ParameterizedTest
  @ValueSource(strings = {"gqa", "bf16"})
  void itIsThatOfTransformers(String name) throws IOException {
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32)) {
      List<ProjectedTokens> held = new ArrayList<>();
      List<PromptGroup> groups = new ArrayList<>();
      List<Double> expected = new ArrayList<>();
      for (JsonNode one : golden.list("cases")) {
        ProjectedTokens visual = golden.project(one.get("input").asText(), "none");
        held.add(visual);
        groups.add(wanted(GoldenModel.group(List.of(one, one), visual, NEW_TOKENS)));
        double margin = one.at("/modes/none/margins/0").asDouble();
        expected.addAll(List.of(margin, margin));
      }
      GreedyDecoding decoding = golden.decoding(NO_END);
      GreedyDecoding narrow =
          new GreedyDecoding(golden.model.greedy(NO_END), new PassLimits(1, 64, 1 << 12));
      List<Generation> together = new ArrayList<>();
      for (GreedyDecoding each : List.of(decoding, narrow)) {
        each.generate(groups).forEach(together::addAll);
      }
      assertThat(together).hasSize(2 * expected.size());
      for (int i = 0; i < together.size(); i++) {
        double margin = together.get(i).margin().orElseThrow();
        int question = i % expected.size();
        assertThat(margin).isCloseTo(expected.get(question), within(CLOSE));
      }
      for (int g = 0; g < groups.size(); g++) {
        PromptGroup alone = groups.get(g).part(0, 1);
        Generation answer = decoding.generate(List.of(alone)).get(0).get(0);
        assertThat(answer.margin()).hasValueCloseTo(expected.get(2 * g), within(CLOSE));
        assertThat(slow(wide(golden.model.logits(alone))))
            .isCloseTo(expected.get(2 * g), within(CLOSE));
      }
      held.forEach(ProjectedTokens::close);
    }
  }

  /** Cuts inside the decoder, with a pack of its own where each question keeps its own tokens. */
  @Test
  void itIsThatOfThePlainDecoderUnderCuts() throws IOException {
    List<String> methods =
        List.of(
            "dart:layer=1,tokens=2",
            "fastv:layer=1,tokens=3",
            "pact:layer=1",
            "pyramiddrop:layers=1/2",
            "sparsevlm:budgets=4/2,layers=0/1",
            "v2drop:layers=1/2,ratios=0.5/0.3",
            "vtw:layer=1");
    try (GoldenModel golden = new GoldenModel("gqa", Precision.FP32);
        ProjectedTokens visual = golden.project(INPUT, "none")) {
      PlainDecoder plain = new PlainDecoder(golden.model.checkpoint());
      float[] rows = golden.model.floats(visual.rows());
      List<PromptGroup> groups = new ArrayList<>();
      for (String method : methods) {
        List<LayerCut> cuts =
            TokenReducers.of(MethodSpec.parse(method)).cuts(visual.tokens(), /* layers= */ 3);
        groups.add(wanted(LayerCutTest.questions(golden, visual, cuts, 3)));
      }
      List<List<Generation>> together = golden.decoding(NO_END).generate(groups);
      for (int m = 0; m < methods.size(); m++) {
        for (int q = 0; q < 3; q++) {
          double expected =
              slow(plain.logits(groups.get(m).part(q, q + 1), rows, new int[0]).get(0));
          assertThat(together.get(m).get(q).margin())
              .as("%s question %d", methods.get(m), q)
              .hasValueCloseTo(expected, within(CLOSE));
        }
      }
    }
  }

  /** One question may want it beside others that do not, and one of letters has none. */
  @Test
  void whoDoesNotWantItHasNoneAndNoAnswerChanges() throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32);
        ProjectedTokens visual = golden.project(INPUT, "none")) {
      PromptGroup plain = LayerCutTest.questions(golden, visual, List.of(), 3);
      GenerationLimits text = plain.limits().get(0);
      int most = text.maxNewTokens();
      GenerationLimits letters = new GenerationLimits(most, 0, List.of(30, 31), true);
      PromptGroup mixed = with(plain, List.of(text, wanted(most, 0), letters));
      List<Generation> before = golden.decoding(NO_END).generate(List.of(plain)).get(0);
      List<Generation> after = golden.decoding(NO_END).generate(List.of(mixed)).get(0);
      assertThat(before).allSatisfy(answer -> assertThat(answer.margin()).isEmpty());
      assertThat(after.get(0).margin()).isEmpty();
      assertThat(after.get(1).margin()).isPresent();
      assertThat(after.get(2).margin()).isEmpty();
      for (int q = 0; q < 2; q++) {
        assertThat(after.get(q).ids()).isEqualTo(before.get(q).ids()).hasSize(most);
      }
    }
  }

  /** The end of the sequence, and ids that a penalty makes less likely. */
  @Test
  void itIsOfTheLogitsThatTheTokenIsChosenBy(@TempDir Path folder) throws IOException {
    try (GoldenModel golden = new GoldenModel("mha", Precision.FP32)) {
      float[] logits = golden.model.logits(text(wanted(NEW_TOKENS, 0)));
      Generation free = one(golden.model, NO_END, wanted(NEW_TOKENS, 0));
      assertThat(free.margin()).hasValueCloseTo(slow(wide(logits)), within(CLOSE));

      int end = free.ids()[0];
      double[] banned = wide(logits);
      banned[end] = Double.NEGATIVE_INFINITY;
      StopTokens ends = new StopTokens(List.of(end));
      assertThat(one(golden.model, ends, wanted(NEW_TOKENS, 2)).margin())
          .hasValueCloseTo(slow(banned), within(CLOSE));
      assertThat(one(golden.model, ends, wanted(NEW_TOKENS, 0)).margin())
          .as("of the end itself")
          .isEqualTo(free.margin());

      Goldens.copyCheckpoint("mha", folder);
      Files.writeString(
          folder.resolve("generation_config.json"),
          "{\"bos_token_id\": 1, \"eos_token_id\": 2, \"repetition_penalty\": 50.0}");
      double[] penalised = wide(logits);
      for (int said : new int[] {1, 300, 301, 302}) {
        penalised[said] = penalised[said] < 0 ? penalised[said] * 50 : penalised[said] / 50;
      }
      try (LlavaModel strict =
          LlavaModel.load(Checkpoint.open(folder), Device.cpu(), Precision.FP32)) {
        assertThat(one(strict, NO_END, wanted(NEW_TOKENS, 0)).margin())
            .hasValueCloseTo(slow(penalised), within(CLOSE));
      }
    }
  }
}
