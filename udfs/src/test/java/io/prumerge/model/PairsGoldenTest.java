package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.engine.Answer;
import io.prumerge.engine.EngineConfig;
import io.prumerge.engine.EngineConfigs;
import io.prumerge.engine.ImageRequest;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.engine.ModelLease;
import io.prumerge.engine.Question;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.FirstQuestionCuts;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two methods in one run on the miniature, against transformers' own layers with the rows taken out
 * by hand; see notebooks/goldens.
 */
@Tag("model")
class PairsGoldenTest {

  private static final String MINI =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();
  private static final int LAYERS = 6;

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  /** In the second file, the second method drops rows of earlier layers, too. */
  @ParameterizedTest
  @CsvSource({"pairs/pairs.json, cases, 54", "earlier/earlier.json, pairs, 6"})
  void saysWhatTheReferenceSays(String file, String list, int count)
      throws IOException, ImageException {
    JsonNode cases = Goldens.json(file).get(list);
    assertThat(cases.size()).isEqualTo(count);
    Checkpoint checkpoint = Checkpoint.open(Path.of(MINI));
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.PAD, "vicuna_v1")) {
      for (JsonNode one : cases) {
        check(model, processor, one);
      }
    }
  }

  private static void check(LlavaModel model, LlavaProcessor processor, JsonNode golden)
      throws IOException, ImageException {
    String method = golden.get("method").asText();
    TokenReducer pair = TokenReducers.of(MethodSpec.parse(method));
    assertThat(pair.spec()).hasToString(method);
    PreparedImages picture = GoldenPictures.views(processor, golden.get("image").asText());
    TowerDepth depth = TowerDepth.of(List.of(pair));
    try (EncodedImages image = model.encode(List.of(picture), depth).get(0);
        ReducedImages left = image.reduce(pair);
        ProjectedTokens tokens = model.project(left)) {
      assertThat(tokens.tokens()).as(method).isEqualTo(golden.get("tokens").asInt());
      List<LayerCut> cuts = LayerCut.of(left.applied(), tokens.tokens(), LAYERS);
      FirstQuestionCuts kept = new FirstQuestionCuts();
      PromptGroup group =
          group(golden, model, new VisualRows(tokens, left.positions()), cuts, Optional.of(kept));
      double farthest = 0;
      float[] logits = model.logits(group);
      for (int i = 0; i < golden.get("logits").size(); i++) {
        double expected = golden.get("logits").get(i).asDouble();
        farthest = Math.max(farthest, Math.abs(logits[i] - expected) / (1 + Math.abs(expected)));
      }
      assertThat(farthest).as(method).isLessThan(1e-4);
      for (int cut = 0; cut < cuts.size(); cut++) {
        assertThat(kept.at(cuts.get(cut)).keptTokens().tokens())
            .as(method)
            .containsExactly(Goldens.ints(golden.get("kept").get(cut)));
      }
      PromptGroup own =
          group(golden, model, new VisualRows(tokens, left.positions()), cuts, Optional.empty());
      int[] made = GoldenModel.greedy(model, own);
      int steps = Math.min(made.length, GoldenModel.comparable(golden.get("margins")));
      assertThat(steps).as(method).isPositive();
      assertThat(Arrays.copyOf(made, steps))
          .as(method)
          .containsExactly(Arrays.copyOf(Goldens.ints(golden.get("greedy")), steps));
    }
  }

  private static PromptGroup group(
      JsonNode golden,
      LlavaModel model,
      VisualRows rows,
      List<LayerCut> cuts,
      Optional<FirstQuestionCuts> first) {
    int[] ids = Goldens.ints(golden.get("ids"));
    int slot = 0;
    while (ids[slot] != model.checkpoint().config().imageTokenId()) {
      slot++;
    }
    return new PromptGroup(
        Arrays.copyOf(ids, slot + 1),
        slot,
        rows,
        cuts,
        first,
        List.of(Arrays.copyOfRange(ids, slot + 1, ids.length)),
        List.of(new GenerationLimits(6, 0)));
  }

  private static List<Answer> answers(String... methods) throws IOException {
    return answers(1, methods);
  }

  private static List<Answer> answers(int tokens, String... methods) throws IOException {
    byte[] picture = Files.readAllBytes(Goldens.path("images/photo.png"));
    EngineConfig config =
        EngineConfigs.of(
            MINI, DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.PAD, "vicuna_v1");
    try (ModelLease lease = LlavaEngine.acquire(config)) {
      return lease.answer(
          new ImageRequest(
              picture,
              List.of(new Question("Is there a circle in the image?", tokens)),
              Stream.of(methods).map(MethodSpec::parseKnown).toList()));
    }
  }

  /**
   * Of rows that leave earlier layers, too, a prompt costs what its layers cost, and the answer
   * what it costs where the last cut's tokens are all that there ever was.
   */
  @ParameterizedTest
  @CsvSource({
    "'priortr:layer=3,tokens=12', '144 144 144 12 12 12'",
    "'clse:layers=1/2/4,tokens=16', '144 27 17 17 5 5'",
    "'fastervlm:tokens=48..priortr:layer=2,tokens=12', '48 48 12 12 12 12'",
    "'fastervlm:positions=kept,tokens=48..priortr:layer=2,tokens=@mean:24', '48 48 12 12 12 12'",
  })
  void answersCostWhatTheLastCutLeaves(String method, String byLayer) throws IOException {
    List<Integer> schedule = Stream.of(byLayer.split(" ")).map(Integer::valueOf).toList();
    List<String> methods = new ArrayList<>(List.of(method));
    schedule.forEach(count -> methods.add("first:tokens=" + count));
    List<Answer> answers = answers(2, methods.toArray(String[]::new));
    Answer dropping = answers.get(0);
    assertThat(dropping.error()).isNull();
    List<Answer> alone = answers.subList(1, answers.size());
    assertThat(answers).allMatch(answer -> answer.tokens().generated() == 2);
    assertThat(dropping.tokens().visualLayerMean())
        .isEqualTo(schedule.stream().mapToInt(Integer::intValue).average().orElseThrow());
    assertThat((double) dropping.work().cost().prefill())
        .isEqualTo(
            alone.stream().mapToLong(one -> one.work().cost().prefill()).average().orElseThrow());
    Answer least = alone.get(alone.size() - 1);
    assertThat(dropping.work().cost().decode()).isEqualTo(least.work().cost().decode());
    assertThat(dropping.work().kvCacheBytes()).isEqualTo(least.work().kvCacheBytes());
  }

  /** What layers with so many visual tokens cost is what all layers cost with as many, in part. */
  @ParameterizedTest
  @CsvSource({
    "'fastervlm:tokens=48..fastv:layer=2,tokens=12', 48, '48 48 12 12 12 12'",
    "'fastervlm:positions=kept,tokens=48..fastv:layer=2,tokens=12', 48, '48 48 12 12 12 12'",
    "'fastervlm:tokens=48..v2drop:layers=2/4,ratios=0.5/0.25', 48, '48 48 24 24 6 6'",
    "'fastervlm:tokens=48..vtw:layer=3', 48, '48 48 48 0 0 0'",
    "'fastervlm:tokens=48..fastv:layer=2,tokens=@mean:24', 48, '48 48 12 12 12 12'",
    "'fastervlm:tokens=@mean:24..fastv:layer=2,tokens=12', 48, '48 48 12 12 12 12'",
    "'first:tokens=@fastervlm:tokens=48..fastv:layer=2,tokens=12', 48, '48 48 12 12 12 12'",
  })
  void costsWhatItsLayersCost(String method, int tokens, String byLayer) throws IOException {
    List<Integer> schedule = Stream.of(byLayer.split(" ")).map(Integer::valueOf).toList();
    List<String> methods = new ArrayList<>(List.of(method));
    schedule.forEach(count -> methods.add("first:tokens=" + Math.max(1, count)));
    List<Answer> answers = answers(methods.toArray(String[]::new));
    Answer pair = answers.get(0);
    assertThat(pair.error()).isNull();
    assertThat(pair.tokens().visualBefore()).isEqualTo(144);
    assertThat(pair.tokens().visualAfter()).isEqualTo(tokens);
    double mean = schedule.stream().mapToInt(Integer::intValue).average().orElseThrow();
    assertThat(pair.tokens().visualLayerMean()).isCloseTo(mean, within(1e-9));
    if (schedule.contains(0)) {
      return; // no method alone leaves nothing
    }
    List<Answer> alone = answers.subList(1, answers.size());
    double prefill =
        alone.stream().mapToLong(one -> one.work().cost().prefill()).average().orElseThrow();
    double cache =
        alone.stream().mapToLong(one -> one.work().kvCacheBytes()).average().orElseThrow();
    assertThat((double) pair.work().cost().prefill()).isEqualTo(prefill);
    assertThat((double) pair.work().kvCacheBytes()).isEqualTo(cache);
    assertThat(pair.work().cost().projector()).isEqualTo(alone.get(0).work().cost().projector());
    assertThat(pair.work().cost().reduction()).isPositive();
    assertThat(pair.tokens().keptIndices()).hasSize(tokens);
  }
}
