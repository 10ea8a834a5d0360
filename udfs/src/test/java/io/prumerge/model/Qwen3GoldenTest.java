package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.ImageWork;
import io.prumerge.cost.ReductionWork;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.CachePlan;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.pruning.TestCuts;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.CutPositions;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Qwen3-VL from pixels to answers against transformers, whole and with rows left out. */
@Tag("model")
class Qwen3GoldenTest {

  private static final List<GenerationLimits> LIMITS = List.of(new GenerationLimits(16, 0));

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static JsonNode goldens() throws IOException {
    return Goldens.json("qwen3/qwen3.json");
  }

  /** The logits of each case alone, then the answers of all together. */
  @ParameterizedTest
  @CsvSource({"tied, GROUPS", "untied, POOL_EXACTLY"})
  void answersAreTheReferences(String name, CachePlan plan)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("qwen3/" + name));
    JsonNode cases = goldens().get("cases").get(name);
    List<String> pictures = new ArrayList<>();
    cases.fieldNames().forEachRemaining(pictures::add);
    List<AutoCloseable> open = new ArrayList<>();
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, plan);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "qwen3_vl")) {
      try {
        List<PreparedImages> inputs = new ArrayList<>();
        for (String picture : pictures) {
          inputs.add(QwenGoldenTest.prepared(picture, processor));
        }
        List<EncodedImages> together = model.encode(inputs, TowerDepth.FEATURES);
        open.addAll(together);
        List<PromptGroup> groups = new ArrayList<>();
        List<int[]> answers = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
          String picture = pictures.get(i);
          JsonNode golden = cases.get(picture);
          int images = inputs.get(i).grids().images().size();
          EncodedPrompt prompt = processor.prompts().withImages(QwenGoldenTest.QUESTION, images);
          assertThat(prompt.ids()).as(picture).containsExactly(Goldens.ints(golden.get("ids")));
          ReducedImages all = together.get(i).reduce(TokenReducers.of(MethodSpec.parse("none")));
          open.add(all);
          ProjectedTokens rows = model.project(all);
          open.add(rows);
          // Pictures in CMYK are decoded within 3 levels.
          if (picture.startsWith("cmyk")) {
            continue;
          }
          String key = name + "/" + picture + "/";
          assertClose(model.floats(rows.rows()), key + "features");
          PromptGroup group = group(prompt, new VisualRows(rows, all.positions()), List.of());
          assertClose(model.logits(group), key + "logits");
          groups.add(group);
          answers.add(Goldens.ints(golden.get("greedy")));
        }
        assertThat(QwenGoldenTest.ids(model, checkpoint, groups))
            .usingRecursiveFieldByFieldElementComparator()
            .containsExactlyElementsOf(answers);
      } finally {
        for (AutoCloseable one : open) {
          QwenGoldenTest.close(one);
        }
      }
    }
  }

  /**
   * What is left keeps its rows and columns, in all levels; the text after it stays where it was.
   */
  @ParameterizedTest
  @CsvSource({"tied, POOL_EXACTLY", "untied, GROUPS"})
  void methodsLeaveWhatTheReferenceDoes(String name, CachePlan plan)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("qwen3/" + name));
    JsonNode reduced = goldens().get("reduced").get(name);
    JsonNode cases = goldens().get("cases").get(name);
    int checked = 0;
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32, plan);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "qwen3_vl")) {
      for (Map.Entry<String, JsonNode> picture : reduced.properties()) {
        String key = name + "/" + picture.getKey() + "/";
        PreparedImages input = QwenGoldenTest.prepared(picture.getKey(), processor);
        EncodedPrompt prompt = processor.prompts().withImages(QwenGoldenTest.QUESTION, 1);
        JsonNode first = cases.get(picture.getKey()).get("first");
        check(model, input, prompt, "first:tokens=23", key + "first_logits", null, first);
        checkSums(model, input, prompt, key + "summed");
        for (Map.Entry<String, JsonNode> method : picture.getValue().properties()) {
          assertThat(method.getValue().get("margin").asDouble()).isGreaterThan(1e-4);
          JsonNode golden = method.getValue();
          String tensor = key + method.getKey();
          check(model, input, prompt, method.getKey(), tensor, golden, golden.get("greedy"));
          checked++;
        }
      }
    }
    assertThat(checked).isGreaterThan(11);
  }

  private static void check(
      LlavaModel model,
      PreparedImages input,
      EncodedPrompt prompt,
      String spec,
      String tensor,
      JsonNode golden,
      JsonNode greedy)
      throws IOException {
    TokenReducer method = TokenReducers.of(MethodSpec.parse(spec));
    try (EncodedImages encoded =
            model.encode(List.of(input), TowerDepth.of(List.of(method))).get(0);
        ReducedImages left = encoded.reduce(method);
        ProjectedTokens rows = model.project(left)) {
      List<TestCuts.Recorded> cuts = cuts(encoded, left, rows);
      PromptGroup group = group(prompt, new VisualRows(rows, left.positions()), cuts);
      assertClose(model.logits(group), tensor);
      if (golden != null && golden.has("kept")) {
        assertThat(left.positions().ofRuns().get(0))
            .as(tensor)
            .containsExactlyElementsOf(
                IntStream.of(Goldens.ints(golden.get("kept"))).boxed().toList());
      }
      for (TestCuts.Recorded cut : cuts) {
        assertThat(cut.kept.get(0).tokens())
            .as(tensor)
            .containsExactly(Goldens.ints(golden.get("inside")));
      }
      if (greedy != null) {
        assertThat(QwenGoldenTest.ids(model, model.checkpoint(), List.of(group)).get(0))
            .as(tensor)
            .containsExactly(Goldens.ints(greedy));
      }
    }
  }

  // Sums between the layers are of what later layers add, too.
  private static void checkSums(
      LlavaModel model, PreparedImages input, EncodedPrompt prompt, String tensor)
      throws IOException {
    try (EncodedImages encoded = model.encode(List.of(input), TowerDepth.FEATURES).get(0);
        ReducedImages all = encoded.reduce(TokenReducers.of(MethodSpec.NONE));
        ProjectedTokens rows = model.project(all)) {
      LayerCut halved = new TestCuts.Halved(1, CutPositions.KEPT, List.of());
      VisualRows visual = new VisualRows(rows, all.positions());
      assertClose(model.logits(group(prompt, visual, List.of(halved))), tensor);
    }
  }

  private static List<TestCuts.Recorded> cuts(
      EncodedImages encoded, ReducedImages left, ProjectedTokens rows) {
    return LayerCut.of(
            left.applied(), encoded.views().get(0), rows.tokens(), encoded.decoderLayers())
        .stream()
        .map(TestCuts.Recorded::new)
        .toList();
  }

  private static PromptGroup group(
      EncodedPrompt prompt, VisualRows rows, List<? extends LayerCut> cuts) {
    return QwenGoldenTest.group(prompt, rows, cuts, LIMITS);
  }

  /**
   * torch's FlopCounterMode over the reference up to the first token, as of Qwen2.5-VL: it counts
   * the angles of the decoder's rotation too.
   */
  @ParameterizedTest
  @ValueSource(strings = {"tied", "untied"})
  void flopsAreTorchs(String name) throws IOException {
    LlavaConfig config = Checkpoint.open(Goldens.path("qwen3/" + name)).config();
    CostModel cost = CostModel.of(config);
    JsonNode cases = goldens().get("cases").get(name);
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      List<PatchGrid> grids = new ArrayList<>();
      for (JsonNode grid : one.get("grids")) {
        grids.add(new PatchGrid(grid.get(0).asInt() / 2, grid.get(1).asInt() / 2));
      }
      int images = one.get("tokens").asInt();
      ReductionWork none = new ReductionWork(false, 0, 0, false);
      ImageWork work = new ImageWork(Collections.nCopies(grids.size(), none), images, 0, grids);
      int prompt = one.get("ids").size() - grids.size() + images;
      long vision = cost.tower().of(work) + cost.connector().of(images, 0);
      assertThat(vision).isEqualTo(one.get("flops").get("tower").asLong());
      assertThat(
              vision + cost.decoder().prefill(prompt) + 3L * config.text().heads().width() * prompt)
          .isEqualTo(one.get("flops").get("all").asLong());
    }
  }

  @Test
  void thePromptHasNoSystemLine() throws IOException {
    String image = "<|vision_start|><|image_pad|><|vision_end|>";
    assertThat(ConversationTemplate.named("qwen3_vl").withImages("{}", image, 1))
        .isEqualTo(goldens().get("prompt").asText());
  }

  private static void assertClose(float[] actual, String tensor) throws IOException {
    ModelGoldenTest.assertClose(actual, Goldens.floats("qwen3/qwen3.safetensors", tensor), tensor);
  }
}
