package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualPositions;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tokens that keep their positions, against transformers 4.57.1 with {@code position_ids} given:
 * one picture and tiles, one prompt and several in a pass, first logits and eight tokens. See
 * notebooks/goldens.
 */
@Tag("model")
class PositionsGoldenTest {

  private static final double TOLERANCE = 1e-4;

  /** Keeps the same patches of every view. */
  private record Fixed(int[] kept) implements TokenReducer {

    @Override
    public MethodSpec spec() {
      return MethodSpec.read("fixed");
    }

    @Override
    public CutPositions positions() {
      return CutPositions.KEPT;
    }

    @Override
    public int tokens(PatchTokens patches) {
      return kept.length;
    }

    @Override
    public Reduction reduce(PatchTokens patches) {
      return patches.gather(Stage.BEFORE_CONNECTOR, kept);
    }
  }

  /**
   * A golden's prompt with its picture's tokens.
   *
   * @param image the placeholder's id
   */
  private record Asked(JsonNode golden, int image, VisualRows rows) implements AutoCloseable {

    static Asked of(
        LlavaModel model, LlavaProcessor processor, TokenReducer method, JsonNode golden)
        throws IOException, ImageException {
      String picture = golden.get("input").asText().replaceFirst("@.*", "");
      TowerDepth depth = TowerDepth.of(List.of(method));
      try (EncodedImages encoded =
              model.encode(List.of(GoldenPictures.views(processor, picture)), depth).get(0);
          ReducedImages left = encoded.reduce(method)) {
        int id = Math.toIntExact(model.checkpoint().config().imageTokenId());
        return new Asked(golden, id, new VisualRows(model.project(left), left.positions()));
      }
    }

    PromptGroup group(VisualRows at) {
      int[] ids = Goldens.ints(golden.get("ids"));
      int slot = 0;
      while (ids[slot] != image) {
        slot++;
      }
      int[] text = Arrays.copyOfRange(ids, slot + 1, ids.length);
      return new PromptGroup(
          Arrays.copyOf(ids, slot + 1),
          slot,
          at,
          List.of(),
          Optional.empty(),
          List.of(text, Arrays.copyOf(text, text.length / 2)), // another question after it
          List.of(new GenerationLimits(8, 8), new GenerationLimits(3, 3)));
    }

    void checkGreedy(int[] made, String as) {
      int steps = GoldenModel.comparable(golden.get("margins"));
      assertThat(steps).as(as).isPositive();
      assertThat(Arrays.copyOf(made, steps))
          .as(as)
          .containsExactly(Arrays.copyOf(Goldens.ints(golden.get("greedy")), steps));
    }

    double farthest(float[] logits) {
      double farthest = 0;
      for (int i = 0; i < logits.length; i++) {
        double expected = golden.get("logits").get(i).asDouble();
        farthest = Math.max(farthest, Math.abs(logits[i] - expected) / (1 + Math.abs(expected)));
      }
      return farthest;
    }

    @Override
    public void close() {
      rows.tokens().close();
    }
  }

  private static LlavaModel load(String folder, CachePlan plan) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(folder));
    return LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, plan);
  }

  private static LlavaProcessor processor(LlavaModel model, ImageAspect aspect) {
    return LlavaProcessor.load(model.checkpoint(), aspect, "vicuna_v1");
  }

  // The logits of each alone, then all in the same passes, with the same tokens packed between.
  private static void check(LlavaModel model, List<Asked> all) {
    List<PromptGroup> mixed = new ArrayList<>();
    for (Asked one : all) {
      String as = one.golden().path("method").asText() + one.golden().get("input").asText();
      assertThat(one.rows().positions().ofRuns().get(0))
          .as(as)
          .isEqualTo(Arrays.stream(Goldens.ints(one.golden().get("positions"))).boxed().toList());
      assertThat(one.rows().positions().span()).isEqualTo(one.golden().get("span").asInt());
      PromptGroup group = one.group(one.rows());
      assertThat(one.farthest(model.logits(group.part(0, 1)))).as(as).isLessThan(TOLERANCE);
      mixed.add(group);
      mixed.add(one.group(VisualRows.packed(one.rows().tokens())));
    }
    StopTokens stop = new StopTokens(model.checkpoint().generation().eosTokenIds());
    List<List<Generation>> made =
        new GreedyDecoding(model.greedy(stop), model.limits(1)).generate(mixed);
    for (int i = 0; i < all.size(); i++) {
      all.get(i).checkGreedy(made.get(2 * i).get(0).ids(), "mixed " + i);
      int[] packed = GoldenModel.greedy(model, mixed.get(2 * i + 1).part(0, 1));
      assertThat(made.get(2 * i + 1).get(0).ids()).as("packed " + i).containsExactly(packed);
    }
  }

  @ParameterizedTest
  @CsvSource({"mha, GROUPS", "gqa, GROUPS", "gqa, POOL_EXACTLY"})
  void saysWhatTheReferenceSays(String name, CachePlan plan) throws IOException, ImageException {
    JsonNode cases = Goldens.json("positions/positions.json").get("checkpoints").get(name);
    assertThat(cases.size()).isEqualTo(6);
    List<Asked> all = new ArrayList<>();
    try (LlavaModel model = load("checkpoints/" + name, plan);
        LlavaProcessor processor = processor(model, ImageAspect.PAD)) {
      for (JsonNode one : cases) {
        String method = one.get("method").asText();
        TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
        assertThat(reducer.spec()).hasToString(method);
        all.add(Asked.of(model, processor, reducer, one));
      }
      check(model, all);
      all.forEach(Asked::close);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GROUPS", "POOL_EXACTLY"})
  void tilesStandInTheirGrid(CachePlan plan) throws IOException, ImageException {
    JsonNode cases = Goldens.json("positions/positions.json").get("next");
    List<Asked> all = new ArrayList<>();
    try (LlavaModel model = load("families/next", plan);
        LlavaProcessor processor = processor(model, ImageAspect.AUTO)) {
      for (JsonNode one : cases) {
        all.add(Asked.of(model, processor, new Fixed(Goldens.ints(one.get("kept"))), one));
      }
      check(model, all);
      all.forEach(Asked::close);
    }
  }

  @Test
  void aPositionThatIsOneOffIsSeen() throws IOException, ImageException {
    JsonNode golden = Goldens.json("positions/positions.json").get("checkpoints").get("gqa").get(0);
    TokenReducer method = TokenReducers.of(MethodSpec.parse(golden.get("method").asText()));
    try (LlavaModel model = load("checkpoints/gqa", CachePlan.GROUPS);
        LlavaProcessor processor = processor(model, ImageAspect.PAD);
        Asked asked = Asked.of(model, processor, method, golden)) {
      VisualPositions right = asked.rows().positions();
      List<Integer> moved = new ArrayList<>(right.ofRuns().get(0));
      moved.set(5, moved.get(5) + 1);
      for (VisualPositions wrong :
          List.of(
              new VisualPositions(right.ofRuns(), List.of(right.span() - 1)),
              new VisualPositions(List.of(moved), right.spans()))) {
        ProjectedTokens tokens = asked.rows().tokens();
        float[] logits = model.logits(asked.group(new VisualRows(tokens, wrong)).part(0, 1));
        assertThat(asked.farthest(logits)).isGreaterThan(10 * TOLERANCE);
      }
    }
  }
}
