package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.CostModel;
import io.prumerge.image.MadePicture;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PixelBlocks;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Towers over some blocks of a picture's pixels alone, against transformers' modules over them. */
@Tag("model")
class PixelGoldenTest {

  private static final String PAGE = "page.png";
  private static final double SURE = 1e-3;

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  /** A picture's pixels, and its blocks. */
  private static PreparedImages prepared(
      String name, TokenReducer method, LlavaProcessor processor, LlavaConfig config)
      throws IOException, ImageException {
    RgbImage picture =
        name.equals(PAGE)
            ? ImageDecoder.decode(
                Files.readAllBytes(Goldens.path("pixelprune/" + PAGE)), ImageLimits.DEFAULT)
            : MadePicture.named(name);
    PreparedImages whole =
        PreparedImages.of(
            processor.images().alone().views(picture),
            processor.images().alone().grid(picture.width(), picture.height()),
            new byte[32]);
    if (method.pixels().isEmpty()) {
      return whole;
    }
    PatchGrid grid = config.patches(whole.grids().images().get(0));
    int edge = config.vision().blockSize();
    int width = config.vision().kind().anySize() ? edge * grid.cols() : config.vision().imageSize();
    List<PixelBlocks> blocks =
        processor.images().alone().bytes(picture).stream()
            .map(bytes -> new PixelBlocks(bytes, width, grid, edge))
            .toList();
    return whole.keeping(method.pixels().get(), blocks);
  }

  /** What a method left, and its rows after the connector. */
  private record Left(EncodedImages encoded, ReducedImages tokens, ProjectedTokens rows)
      implements AutoCloseable {

    static Left of(LlavaModel model, EncodedImages encoded, TokenReducer method) {
      ReducedImages tokens = encoded.reduce(method);
      return new Left(encoded, tokens, model.project(tokens));
    }

    @Override
    public void close() {
      rows.close();
      tokens.close();
      encoded.close();
    }
  }

  private static TokenReducer method(String spec) {
    return TokenReducers.of(MethodSpec.parse(spec));
  }

  @ParameterizedTest
  @CsvSource({
    "qwen3/tied, qwen3_vl",
    "qwen3/untied, qwen3_vl",
    "qwen/qwen2_vl/tied, qwen2_vl",
    "qwen/qwen2_vl/untied, qwen2_vl"
  })
  void keptBlocksAreTheReferences(String folder, String template)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(folder));
    LlavaConfig config = checkpoint.config();
    JsonNode cases = Goldens.json("pixelprune/towers.json").get("cases").get(folder);
    int fewer = 0;
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template)) {
      EncodedPrompt prompt = processor.prompts().withImages(QwenGoldenTest.QUESTION, 1);
      for (Map.Entry<String, JsonNode> picture : cases.properties()) {
        for (Map.Entry<String, JsonNode> spec : picture.getValue().properties()) {
          String key = folder + "/" + picture.getKey() + "/" + spec.getKey() + "/";
          JsonNode golden = spec.getValue();
          int[] kept = Goldens.ints(golden.get("kept"));
          int[] grid = Goldens.ints(golden.get("grid"));
          TokenReducer method = method(spec.getKey());
          PreparedImages input = prepared(picture.getKey(), method, processor, config);
          EncodedImages encoded =
              model.encode(List.of(input), TowerDepth.of(List.of(method))).get(0);
          try (Left left = Left.of(model, encoded, method)) {
            boolean all = kept.length == grid[0] * grid[1];
            fewer += all ? 0 : 1;
            assertThat(left.tokens().keptIndices().isEmpty()).as(key).isEqualTo(all);
            left.tokens().keptIndices().ifPresent(own -> assertThat(own).as(key).isEqualTo(kept));
            assertThat(left.tokens().positions().ofRuns().get(0))
                .as(key)
                .containsExactlyElementsOf(IntStream.of(kept).boxed().toList());
            assertClose(model.floats(left.rows().rows()), key + "features");
            PromptGroup group = group(prompt, left);
            assertClose(model.logits(group), key + "logits");
            assertThat(QwenGoldenTest.ids(model, checkpoint, List.of(group)).get(0))
                .as(key)
                .startsWith(sure(golden));
            CostModel cost = CostModel.of(config);
            assertThat(cost.tower().of(left.tokens().work()) + cost.connector().of(kept.length, 0))
                .as(key)
                .isEqualTo(golden.get("flops").asLong());
          }
        }
      }
    }
    assertThat(fewer).isGreaterThan(3);
  }

  private static int[] sure(JsonNode golden) throws IOException {
    int[] greedy = Goldens.ints(golden.get("greedy"));
    int first = 0;
    while (first < greedy.length && golden.get("margins").get(first).asDouble() >= SURE) {
      first++;
    }
    assertThat(first).isPositive();
    return IntStream.of(greedy).limit(first).toArray();
  }

  private static PromptGroup group(EncodedPrompt prompt, Left left) {
    VisualRows rows = new VisualRows(left.rows(), left.tokens().positions());
    return QwenGoldenTest.group(prompt, rows, List.of(new GenerationLimits(16, 0)));
  }

  /** A method that keeps all blocks gives the bits of none; kept blocks are the same in a batch. */
  @ParameterizedTest
  @CsvSource({
    "qwen3/tied, qwen3_vl, 97x61",
    "qwen/qwen2_vl/untied, qwen2_vl, 97x61",
    "checkpoints/gqa, vicuna_v1, photo.png"
  })
  void allBlocksAreTheWholePicture(String folder, String template, String noise)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(folder));
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template)) {
      EncodedPrompt prompt = processor.prompts().withImages(QwenGoldenTest.QUESTION, 1);
      List<float[]> rows = new ArrayList<>();
      List<float[]> logits = new ArrayList<>();
      for (String spec : List.of("none", "pixelprune")) {
        TokenReducer method = method(spec);
        PreparedImages input = prepared(noise, method, processor, checkpoint.config());
        EncodedImages encoded = model.encode(List.of(input), TowerDepth.of(List.of(method))).get(0);
        try (Left left = Left.of(model, encoded, method)) {
          rows.add(model.floats(left.rows().rows()));
          logits.add(model.logits(group(prompt, left)));
        }
      }
      assertThat(rows.get(1)).isEqualTo(rows.get(0));
      assertThat(logits.get(1)).isEqualTo(logits.get(0));

      List<TokenReducer> methods =
          List.of(method("pixelprune"), method("none"), method("pixelprune:tau=0.1"));
      List<PreparedImages> inputs = new ArrayList<>();
      for (TokenReducer one : methods) {
        inputs.add(prepared(PAGE, one, processor, checkpoint.config()));
      }
      List<EncodedImages> batch = model.encode(inputs, TowerDepth.FEATURES);
      for (int i = 0; i < inputs.size(); i++) {
        EncodedImages alone = model.encode(List.of(inputs.get(i)), TowerDepth.FEATURES).get(0);
        try (Left together = Left.of(model, batch.get(i), methods.get(i));
            Left own = Left.of(model, alone, methods.get(i))) {
          ModelGoldenTest.assertClose(
              model.floats(together.rows().rows()),
              model.floats(own.rows().rows()),
              methods.get(i).spec().toString());
        }
      }
    }
  }

  /** Kept patches of each view, each with its place's position, and CLIP's class token. */
  @ParameterizedTest
  @CsvSource({
    "checkpoints/mha, PAD, vicuna_v1",
    "checkpoints/gqa, PAD, vicuna_v1",
    "onevision/untied, AUTO, qwen_1_5"
  })
  void keptPatchesOfSquaresAreTheReferences(String folder, ImageAspect aspect, String template)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(folder));
    JsonNode specs = Goldens.json("pixelprune/towers.json").get("squares").get(folder);
    assertThat(specs).hasSize(3);
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, aspect, template)) {
      CostModel cost = CostModel.of(checkpoint.config());
      EncodedPrompt prompt = processor.prompts().withImages(QwenGoldenTest.QUESTION, 1);
      for (Map.Entry<String, JsonNode> spec : specs.properties()) {
        JsonNode golden = spec.getValue();
        int[] kept = Goldens.ints(golden.get("kept"));
        assertThat(prompt.ids()).isEqualTo(Goldens.ints(golden.get("ids")));
        TokenReducer method = method(spec.getKey());
        PreparedImages some = prepared(PAGE, method, processor, checkpoint.config());
        PreparedImages all = prepared(PAGE, method("none"), processor, checkpoint.config());
        List<EncodedImages> batch = model.encode(List.of(all, some, all), TowerDepth.FEATURES);
        batch.get(0).close();
        batch.get(2).close();
        try (Left left = Left.of(model, batch.get(1), method)) {
          String key = folder + "/" + PAGE + "/" + spec.getKey() + "/";
          assertThat(left.tokens().keptIndices().orElseThrow()).isEqualTo(kept);
          assertClose(model.floats(left.rows().rows()), key + "features");
          PromptGroup group = group(prompt, left);
          assertClose(model.logits(group), key + "logits");
          assertThat(QwenGoldenTest.ids(model, checkpoint, List.of(group)).get(0))
              .as(key)
              .startsWith(sure(golden));
          assertThat(cost.tower().of(left.tokens().work()) + cost.connector().of(kept.length, 0))
              .isEqualTo(golden.get("flops").asLong());
        }
      }
    }
  }

  private static void assertClose(float[] actual, String tensor) throws IOException {
    ModelGoldenTest.assertClose(
        actual, Goldens.floats("pixelprune/towers.safetensors", tensor), tensor);
  }
}
