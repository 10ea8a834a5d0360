package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.TokenSelection;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.model.decoder.FirstQuestionCuts;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.SlowKernels;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.Tiles;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.question.SlowDeterminants;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Methods whose authors take the tiles of an image together, against the authors' own code from the
 * pixels to the rows in front of the decoder; FlowCut also inside it. See notebooks/goldens.
 */
@Tag("model")
class TileGoldenTest {

  private static final double TOLERANCE = 1e-4;
  private static final int ZERO = -2;
  private static final int CLASS_TOKENS = -3;

  private static LlavaModel model;
  private static LlavaProcessor processor;
  private static JsonNode goldens;

  @BeforeAll
  static void load() throws IOException {
    model = load(CachePlan.GROUPS);
    processor = LlavaProcessor.load(model.checkpoint(), ImageAspect.AUTO, "llava_v1");
    goldens = Goldens.json("tiles/tiles.json");
  }

  @AfterAll
  static void unload() {
    processor.close();
    model.close();
  }

  private static LlavaModel load(CachePlan plan) {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("tiles/next"));
    return LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, plan);
  }

  private static TokenReducer reducer(String method) {
    TokenReducer reducer = TokenReducers.of(MethodSpec.parse(method));
    assertThat(reducer.spec()).hasToString(method);
    return reducer;
  }

  private static EncodedImages encode(LlavaModel of, String picture, TokenReducer reducer)
      throws IOException, ImageException {
    return of.encode(
            List.of(GoldenPictures.views(processor, picture)), TowerDepth.of(List.of(reducer)))
        .get(0);
  }

  // What the golden calls each token: a patch of all views, a learned row, a class token or zero.
  private static List<Integer> names(EncodedImages image, ReducedImages left) {
    int patches = image.views().get(0).count();
    List<Integer> rows = new ArrayList<>();
    List<TokenSelection> views = left.selection().views();
    for (int view = 0; view < views.size(); view++) {
      int first = view * patches;
      int classToken = CLASS_TOKENS - view;
      if (views.get(view) instanceof TokenSelection.Blended sums) {
        sums.blends().forEach(blend -> rows.add(name(blend, first, classToken)));
      } else {
        IntStream.of(views.get(view).patches()).forEach(patch -> rows.add(first + patch));
      }
    }
    return left.selection().order().stream()
        .map(row -> row == SequenceLayout.NEWLINE ? row : rows.get(row))
        .toList();
  }

  private static int name(Blend blend, int first, int classToken) {
    assertThat(blend.plain()).isTrue();
    if (blend.parts().isEmpty()) {
      return ZERO;
    }
    return blend.holdsClassToken() ? classToken : first + blend.parts().get(0).patch();
  }

  private static List<Integer> ints(JsonNode array) {
    return Arrays.stream(Goldens.ints(array)).boxed().toList();
  }

  private static List<Integer> without(int name, List<Integer> names) {
    return names.stream().filter(one -> one != name).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"divprune", "holov", "prunesid"})
  void keepsWhatTheAuthorsKeep(String name) throws IOException, ImageException {
    int compared = 0;
    for (JsonNode one : goldens.get("cases")) {
      for (String method : methods(one, name)) {
        JsonNode golden = one.get("methods").get(method);
        if (!golden.get("sharp").asBoolean()) {
          continue;
        }
        String as = method + " of " + one.get("picture").asText();
        try (EncodedImages image = encode(model, one.get("picture").asText(), reducer(method));
            ReducedImages left = image.reduce(reducer(method))) {
          List<Integer> names = names(image, left);
          List<Integer> kept = ints(golden.get("kept"));
          assertThat(names).as(as).hasSameSizeAs(kept);
          assertThat(left.tokens()).as(as).isEqualTo(kept.size());
          assertThat(without(SequenceLayout.NEWLINE, names))
              .as(as)
              .isEqualTo(without(SequenceLayout.NEWLINE, kept));
          if (golden.get("placed").asBoolean()) {
            assertThat(names).as(as).isEqualTo(kept);
          }
          assertThat(left.keptIndices().orElseThrow())
              .as(as)
              .containsExactly(kept.stream().filter(n -> n >= 0).mapToInt(n -> n).toArray());
        }
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(12);
  }

  private static List<String> methods(JsonNode one, String name) {
    List<String> methods = new ArrayList<>();
    one.get("methods").fieldNames().forEachRemaining(methods::add);
    return methods.stream().filter(method -> method.startsWith(name + ":")).toList();
  }

  /** Alone, and all in the same passes. */
  @ParameterizedTest
  @ValueSource(strings = {"GROUPS", "POOL_EXACTLY"})
  void flowCutCutsInTheTowerAndInTheDecoder(CachePlan plan) throws IOException, ImageException {
    List<PromptGroup> groups = new ArrayList<>();
    List<JsonNode> asked = new ArrayList<>();
    try (LlavaModel own = load(plan)) {
      for (JsonNode one : goldens.get("cases")) {
        for (String method : methods(one, "flowcut")) {
          JsonNode golden = one.get("methods").get(method);
          String as = method + " of " + one.get("picture").asText();
          assertThat(golden.get("sharp").asBoolean()).as(as).isTrue();
          try (EncodedImages image = encode(own, one.get("picture").asText(), reducer(method));
              ReducedImages left = image.reduce(reducer(method))) {
            assertThat(left.keptIndices().orElseThrow())
                .as(as)
                .containsExactly(Goldens.ints(golden.get("order")));
            List<LayerCut> cuts = LayerCut.of(left.applied(), left.tokens(), image.decoderLayers());
            FirstQuestionCuts kept = new FirstQuestionCuts();
            VisualRows rows = new VisualRows(own.project(left), left.positions());
            PromptGroup group = group(rows, cuts, Optional.of(kept));
            assertThat(farthest(own.logits(group), golden)).as(as).isLessThan(TOLERANCE);
            for (LayerCut cut : cuts) {
              assertThat(kept.at(cut).keptTokens().tokens())
                  .as(as)
                  .containsExactly(Goldens.ints(golden.get("kept")));
            }
            groups.add(group(rows, cuts, Optional.empty()));
            asked.add(golden);
          }
        }
      }
      StopTokens stop = new StopTokens(own.checkpoint().generation().eosTokenIds());
      List<List<Generation>> made =
          new GreedyDecoding(own.greedy(stop), own.limits(1)).generate(groups);
      for (int i = 0; i < asked.size(); i++) {
        int steps = GoldenModel.comparable(asked.get(i).get("margins"));
        assertThat(steps).isPositive();
        assertThat(made.get(i).get(0).ids())
            .startsWith(
                Arrays.copyOf(
                    Goldens.ints(asked.get(i).get("greedy")),
                    Math.min(steps, made.get(i).get(0).ids().length)));
      }
      groups.forEach(group -> group.visual().close());
    }
    assertThat(asked).hasSize(15);
  }

  private static PromptGroup group(
      VisualRows rows, List<LayerCut> cuts, Optional<FirstQuestionCuts> first) {
    int[] ids = Goldens.ints(goldens.get("ids"));
    int image = Math.toIntExact(model.checkpoint().config().imageTokenId());
    int slot =
        IntStream.range(0, ids.length).filter(i -> ids[i] == image).findFirst().orElseThrow();
    return new PromptGroup(
        Arrays.copyOf(ids, slot + 1),
        slot,
        rows,
        cuts,
        first,
        List.of(Arrays.copyOfRange(ids, slot + 1, ids.length)),
        List.of(new GenerationLimits(6, 6)));
  }

  private static double farthest(float[] logits, JsonNode golden) {
    double farthest = 0;
    for (int i = 0; i < logits.length; i++) {
      double expected = golden.get("logits").get(i).asDouble();
      farthest = Math.max(farthest, Math.abs(logits[i] - expected) / (1 + Math.abs(expected)));
    }
    return farthest;
  }

  /** The cut inside the decoder is the first method's own; two methods cannot both cut there. */
  @Test
  void flowCutIsNoFirstOfTwoMethodsOnTiles() throws IOException, ImageException {
    TokenReducer pair = reducer("flowcut:tokens=20..fastv:layer=1,tokens=5");
    assertThat(pair.cuts(20, 4)).hasSize(1);
    try (EncodedImages image = encode(model, "large.jpg", pair);
        ReducedImages left = image.reduce(pair)) {
      assertThatExceptionOfType(ReductionException.class)
          .isThrownBy(() -> LayerCut.of(left.applied(), left.tokens(), image.decoderLayers()))
          .withMessageContaining("flowcut drops tokens inside the decoder too; use its tiles=each");
    }
  }

  /** What was done before tiles were taken together; each view as an image of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"divprune", "holov", "prunesid", "flowcut", "otprune"})
  void eachTileByItselfIsAKey(String name) throws IOException, ImageException {
    TokenReducer each = reducer(name + ":tiles=each,tokens=40");
    try (EncodedImages image = encode(model, "square-96.png", each);
        ReducedImages left = image.reduce(each)) {
      assertThat(left.tokens()).isEqualTo(40);
      assertThat(left.ofViews()).containsOnly(8);
      assertThat(LayerCut.of(each, 40, image.decoderLayers())).isEmpty();
    }
  }

  /** The same tokens in another order are other tokens, which are projected and answered apart. */
  @Test
  void theOrderIsPartOfWhatIsFed() throws IOException, ImageException {
    TokenReducer all = reducer("prunesid:tokens=40");
    TokenReducer each = reducer("prunesid:tiles=each,tokens=40");
    try (EncodedImages image = encode(model, "square-96.png", all);
        ReducedImages together = image.reduce(all);
        ReducedImages apart = image.reduce(each)) {
      assertThat(together.keptIndices().orElseThrow())
          .containsExactlyInAnyOrder(apart.keptIndices().orElseThrow())
          .isNotEqualTo(apart.keptIndices().orElseThrow());
      assertThat(together.selection()).isNotEqualTo(apart.selection());
    }
  }

  /** OTPrune's kernel is of the sequence as it stands, learned rows included. */
  @Test
  void transportKernelIsOfTheSequence() throws IOException, ImageException {
    TokenReducer method = reducer("otprune:tokens=31");
    float[] learned = Goldens.floats("tiles/next/model.safetensors", "image_newline");
    try (EncodedImages image = encode(model, "large.jpg", method);
        ReducedImages left = image.reduce(method)) {
      List<EncodedView> views = image.views();
      int[] sequence = views.get(0).tiles().orElseThrow().sequence();
      int count = views.get(0).count();
      float[][] rows = new float[sequence.length][];
      for (int place = 0; place < rows.length; place++) {
        int row = sequence[place];
        rows[place] =
            row == Tiles.LEARNED
                ? learned
                : rows(views.get(row / count), Stage.AFTER_CONNECTOR)[row % count];
      }
      float[] kernel = SlowKernels.transport(rows);
      assertThat(views.get(1).of(new TowerEvidence.SequenceKernel(rows.length, true)))
          .containsExactly(kernel, within(1e-4f));
      int[] picks =
          SlowDeterminants.picks((i, j) -> kernel[i * rows.length + j], 0, rows.length, 31);
      assertThat(names(image, left))
          .isEqualTo(IntStream.of(picks).sorted().mapToObj(place -> sequence[place]).toList());
    }
  }

  @ParameterizedTest
  @EnumSource(Stage.class)
  void approximationErrorsAreOfEachViewsRows(Stage stage) throws IOException, ImageException {
    try (EncodedImages image = encode(model, "large.jpg", reducer("apet:tokens=31"))) {
      for (int basis : new int[] {1, 4, 40}) {
        TowerEvidence.ApproximationErrors errors =
            new TowerEvidence.ApproximationErrors(stage, basis, 5);
        for (EncodedView view : image.views()) {
          float[] slow =
              SlowKernels.approximation(
                  rows(view, stage), errors.basisOf(view.count()), errors.start(view));
          assertThat(view.of(errors)).containsExactly(slow, within(1e-4f));
        }
      }
    }
  }

  private static float[][] rows(EncodedView view, Stage stage) {
    float[] flat =
        view.of(
            stage == Stage.AFTER_CONNECTOR
                ? new TowerEvidence.Projected()
                : new TowerEvidence.Features());
    int width = flat.length / view.count();
    return IntStream.range(0, view.count())
        .mapToObj(row -> Arrays.copyOfRange(flat, row * width, (row + 1) * width))
        .toArray(float[][]::new);
  }

  /** Kept positions are places in the sequence of all tokens, those of learned rows too. */
  @Test
  void aLearnedRowKeepsItsPosition() throws IOException, ImageException {
    TokenReducer method = reducer("divprune:positions=kept,tokens=31");
    try (EncodedImages image = encode(model, "large.jpg", method);
        ReducedImages left = image.reduce(method)) {
      assertThat(left.ofViews().stream().mapToInt(Integer::intValue).sum()).isEqualTo(30);
      List<Integer> places = left.positions().ofRuns().get(0);
      int[] sequence = image.views().get(0).tiles().orElseThrow().sequence();
      assertThat(places.stream().map(place -> sequence[place]).toList())
          .isEqualTo(names(image, left));
      assertThat(left.positions().span()).isEqualTo(image.tokens());
    }
  }
}
