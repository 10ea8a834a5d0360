package io.prumerge.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.DeviceOptions;
import io.prumerge.model.GoldenModel;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.OpenValues;
import io.prumerge.model.PassLimits;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.LaggingTorch;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The layers of a GPU, with attention by its definition, against those of a processor. Both get the
 * same tokens of an image, so nothing but the layers differs.
 */
@Tag("model")
class PooledLayersTest {

  private static final int NEW_TOKENS = 24; // ranges move on the way
  private static final float TOLERANCE = 1e-5f;

  private static LlavaModel load(String name, CachePlan plan) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(name));
    return LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, plan);
  }

  private static PromptGroup text(int questions) {
    return group(new int[] {1, 20, 21}, -1, null, List.of(), questions);
  }

  private static PromptGroup image(ProjectedTokens visual, List<LayerCut> cuts, int questions) {
    return group(new int[] {1, 20, 21, 5}, 3, visual, cuts, questions);
  }

  private static PromptGroup group(
      int[] prefix, int slot, ProjectedTokens visual, List<LayerCut> cuts, int questions) {
    List<int[]> suffixes =
        IntStream.range(0, questions)
            .mapToObj(q -> IntStream.range(0, 4 + q % 3).map(i -> 30 + 7 * q + i).toArray())
            .toList();
    return new PromptGroup(
        prefix,
        slot,
        visual,
        cuts,
        suffixes,
        suffixes.stream().map(suffix -> new GenerationLimits(NEW_TOKENS, 0)).toList());
  }

  private static List<LayerCut> cuts(String method, int tokens, int layers) {
    return TokenReducers.of(MethodSpec.parse(method)).cuts(tokens, layers);
  }

  private static List<PromptGroup> groups(ProjectedTokens visual, int layers) {
    List<PromptGroup> groups = new ArrayList<>();
    groups.add(text(3));
    groups.add(group(new int[0], -1, null, List.of(), 1));
    groups.add(image(visual, List.of(), 5));
    groups.add(image(visual, List.of(), 1));
    for (String method :
        List.of(
            "fastv:layer=2,tokens=9",
            "vtw:layer=1",
            "pyramiddrop:layers=1/2",
            "dart:layer=1,tokens=24",
            "priortr:layer=2,tokens=9",
            "clse:layers=1/2,tokens=9",
            "sparsevlm:budgets=40/9,layers=0/1")) {
      groups.add(image(visual, cuts(method, visual.tokens(), layers), 3));
    }
    return groups;
  }

  private static ProjectedTokens visual(LlavaModel model, GoldenModel golden) throws IOException {
    try (EncodedView image =
            model
                .vision()
                .encode(
                    List.of(new PreparedView(golden.pixels("wide.png@crop"), new byte[32])),
                    TowerDepth.FEATURES)
                .get(0);
        Reduction all = TokenReducers.of(MethodSpec.NONE).reduce(image)) {
      return model.projector().project(all);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bf16", "gqa"})
  void thePoolGivesTheSameLogitsAndAnswers(String name) throws IOException {
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32);
        LlavaModel pooled = load("checkpoints/" + name, CachePlan.POOL_EXACTLY);
        ProjectedTokens here = visual(golden.model, golden);
        ProjectedTokens there = visual(pooled, golden)) {
      compare(golden.model, pooled, here, there, name);
    }
    assertThat(OpenValues.count()).isZero();
  }

  @Test
  void systemPromptsThatComeTogetherGiveTheSame() throws Exception {
    try (GoldenModel golden = new GoldenModel("gqa", Precision.FP32);
        LlavaModel pooled =
            DeviceOptions.with(
                () -> load("checkpoints/gqa", CachePlan.POOL_EXACTLY),
                DeviceOption.SYSTEM_PROMPTS_TOGETHER);
        ProjectedTokens here = visual(golden.model, golden);
        ProjectedTokens there = visual(pooled, golden)) {
      compare(golden.model, pooled, here, there, "gqa");
    }
    assertThat(OpenValues.count()).isZero();
  }

  /** Seven groups that begin in one pass: a call for each, or one for all of them. */
  @Test
  void oneCallBringsTheSystemPromptToAllGroupsOfAPass() throws Exception {
    assertThat(copies()).containsExactly(7, 0);
    assertThat(DeviceOptions.with(PooledLayersTest::copies, DeviceOption.SYSTEM_PROMPTS_TOGETHER))
        .containsExactly(0, 1);
  }

  private static List<Integer> copies() throws IOException {
    LaggingTorch torch = new LaggingTorch(TorchRuntime.open(), 0);
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/gqa"));
    try (GoldenModel golden = new GoldenModel("gqa", Precision.FP32);
        LlavaModel pooled =
            LlavaModel.load(
                checkpoint, Device.cpu(), Precision.FP32, CachePlan.POOL_EXACTLY, torch);
        ProjectedTokens visual = visual(pooled, golden)) {
      List<PromptGroup> groups =
          IntStream.range(0, 7)
              .mapToObj(i -> answeredAtOnce(image(visual, List.of(), 1 + i % 2)))
              .toList();
      generate(pooled, groups.subList(0, 1)); // the system prompt's keys are there now
      int before = torch.calls().size();
      generate(pooled, groups);
      List<String> calls = torch.calls().subList(before, torch.calls().size());
      return List.of(
          Collections.frequency(calls, "copy_slots"), Collections.frequency(calls, "spread_slots"));
    }
  }

  private static PromptGroup answeredAtOnce(PromptGroup group) {
    GenerationLimits one = new GenerationLimits(1, 0);
    return group.with(group.suffixes(), Collections.nCopies(group.suffixes().size(), one));
  }

  /** Two groups of them among others: with their own mask, which the kernel of a GPU has not. */
  @Test
  void rowsThatCountForSeveralTokensDoSoInThePool() throws IOException {
    String name = "gqa";
    try (GoldenModel golden = new GoldenModel(name, Precision.FP32);
        LlavaModel pooled = load("checkpoints/" + name, CachePlan.POOL_EXACTLY);
        ProjectedTokens here = visual(golden.model, golden);
        ProjectedTokens there = visual(pooled, golden)) {
      int layers = pooled.checkpoint().config().text().layers();
      List<PromptGroup> expected = counting(here, layers);
      List<PromptGroup> found = counting(there, layers);
      assertSame(golden.model, pooled, expected, found, name);
    }
    assertThat(OpenValues.count()).isZero();
  }

  private static List<PromptGroup> counting(ProjectedTokens visual, int layers) {
    return List.of(
        image(visual, List.of(), 2),
        image(visual, cuts("pact:layer=1", visual.tokens(), layers), 3),
        text(2),
        comingAndGoing(image(visual, cuts("pact:layer=2,cutoff=0.4", visual.tokens(), layers), 40)),
        image(visual, cuts("fastv:layer=2,tokens=9", visual.tokens(), layers), 2));
  }

  /** Answers of many lengths, so that questions leave slots behind among those of others. */
  private static PromptGroup comingAndGoing(PromptGroup group) {
    return group.with(
        group.suffixes(),
        IntStream.range(0, group.suffixes().size())
            .mapToObj(q -> new GenerationLimits(1 + 7 * q % NEW_TOKENS, 0))
            .toList());
  }

  @Test
  void optDoesTheSame() {
    float[] rows = new float[49 * 16];
    Random random = new Random(3);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    try (LlavaModel grouped = load("opt/llava", CachePlan.GROUPS);
        LlavaModel pooled = load("opt/llava", CachePlan.POOL_EXACTLY);
        Torch torch = TorchRuntime.open();
        ProjectedTokens visual = new ProjectedTokens(torch.tensor(rows, 49, 16), 49)) {
      compare(grouped, pooled, visual, visual, "opt");
    }
    assertThat(OpenValues.count()).isZero();
  }

  private static void compare(
      LlavaModel grouped,
      LlavaModel pooled,
      ProjectedTokens here,
      ProjectedTokens there,
      String name) {
    int layers = grouped.checkpoint().config().text().layers();
    assertSame(grouped, pooled, groups(here, layers), groups(there, layers), name);
  }

  private static void assertSame(
      LlavaModel grouped,
      LlavaModel pooled,
      List<PromptGroup> expected,
      List<PromptGroup> found,
      String name) {
    for (int g = 0; g < expected.size(); g++) {
      float[] wanted = grouped.logits(expected.get(g).part(0, 1));
      float[] logits = pooled.logits(found.get(g).part(0, 1));
      assertThat(logits).hasSameSizeAs(wanted);
      for (int i = 0; i < wanted.length; i++) {
        assertThat(logits[i])
            .as("%s group %d logit %d", name, g, i)
            .isCloseTo(wanted[i], within(TOLERANCE * Math.max(1, Math.abs(wanted[i]))));
      }
    }
    List<List<Generation>> answers = generate(grouped, expected);
    List<List<Generation>> others = generate(pooled, found);
    for (int g = 0; g < answers.size(); g++) {
      for (int q = 0; q < answers.get(g).size(); q++) {
        assertThat(others.get(g).get(q).ids())
            .as("%s group %d question %d", name, g, q)
            .isEqualTo(answers.get(g).get(q).ids());
        assertThat(others.get(g).get(q).work()).isEqualTo(answers.get(g).get(q).work());
      }
    }
  }

  private static List<List<Generation>> generate(LlavaModel model, List<PromptGroup> groups) {
    PassLimits limits = new PassLimits(1, 4096, 8192);
    return new GreedyDecoding(model.greedy(new StopTokens(List.of())), limits).generate(groups);
  }

  @Test
  void aPassIsOneCopyAndOneWaitOnThePoolToo() throws IOException {
    try (GoldenModel golden = new GoldenModel("bf16", Precision.FP32);
        LlavaModel pooled = load("checkpoints/bf16", CachePlan.POOL_EXACTLY);
        ProjectedTokens visual = visual(pooled, golden)) {
      List<PromptGroup> groups =
          IntStream.range(0, 7).mapToObj(i -> image(visual, List.of(), 1 + i % 2)).toList();
      generate(pooled, groups.subList(0, 1)); // the system prompt's keys are there now
      long copies = Torch.copies();
      long reads = Torch.reads();
      generate(pooled, groups);
      assertThat(Torch.copies() - copies).isEqualTo(NEW_TOKENS);
      assertThat(Torch.reads() - reads).isEqualTo(NEW_TOKENS);
    }
  }
}
