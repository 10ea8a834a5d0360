package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.VideoConfig;
import io.prumerge.image.codec.ImageException;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Qwen2-VL, Qwen2.5-VL and Qwen3-VL with adapters of peft 0.17.1, and in folders that transformers
 * 5 saved; see notebooks/goldens.
 */
@Tag("model")
class QwenFoldersGoldenTest {

  private static final String ADAPTERS = "qwen-folders/adapters/";
  private static final TokenReducer ALL = TokenReducers.of(MethodSpec.NONE);

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  /** Names of transformers 4.57.1, and those from before its release 4.52. */
  @ParameterizedTest
  @CsvSource({
    "qwen2_5_vl/untied, qwen2_5_vl/untied",
    "qwen2_5_vl/untied, qwen2_5_vl/untied-older",
    "qwen2_vl/tied, qwen2_vl/tied",
    "qwen2_vl/tied, qwen2_vl/tied-older",
    "qwen3/tied, qwen3/tied",
  })
  void anAdapterSaysWhatPeftsMergeSays(String name, String adapter)
      throws IOException, ImageException, PromptException {
    ModelFolders folders =
        ModelFolders.of(List.of(Goldens.path(folder(name)), Goldens.path(ADAPTERS + adapter)));
    JsonNode cases = Goldens.json(ADAPTERS + "adapters.json").get("cases").get(name);
    check(Checkpoint.open(folders), cases, ADAPTERS + "adapters.safetensors", name);
  }

  /** What the same weights say in the folder that 4.57.1 saved, or that is as published. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen2_5_vl/untied", "qwen2_vl/tied", "qwen3/tied"})
  void aFolderOfTransformers5SaysTheSame(String name)
      throws IOException, ImageException, PromptException {
    Checkpoint saved = Checkpoint.open(Goldens.path("qwen-folders/saved/" + name));
    Checkpoint own = Checkpoint.open(Goldens.path(folder(name)));
    // Transformers 5 has written its class's frames, of patches that these models have not.
    assertThat(withFramesOf(own.config(), saved.config())).isEqualTo(own.config());
    assertThat(saved.generation()).isEqualTo(own.generation());
    boolean third = name.startsWith("qwen3");
    String goldens = third ? "qwen3/qwen3" : "qwen/qwen";
    String key = third ? name.substring("qwen3/".length()) : name;
    check(
        saved,
        Goldens.json(goldens + ".json").get("cases").get(key),
        goldens + ".safetensors",
        key);
  }

  private static LlavaConfig withFramesOf(LlavaConfig other, LlavaConfig config) {
    return other.family().video().flatMap(VideoConfig::size).map(config::withFrames).orElse(config);
  }

  private static String folder(String name) {
    return name.startsWith("qwen3") ? name : "qwen/" + name;
  }

  private static String template(Checkpoint checkpoint) {
    return checkpoint.config().family().name().equals("qwen3_vl") ? "qwen3_vl" : "qwen2_vl";
  }

  private static void check(Checkpoint checkpoint, JsonNode cases, String tensors, String name)
      throws IOException, ImageException, PromptException {
    List<String> pictures = new ArrayList<>();
    cases.fieldNames().forEachRemaining(pictures::add);
    pictures.removeIf(picture -> picture.startsWith("cmyk")); // decoded within 3 levels
    assertThat(pictures).hasSizeGreaterThan(1);
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor =
            LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template(checkpoint))) {
      for (String picture : pictures) {
        JsonNode golden = cases.get(picture);
        String key = name + "/" + picture + "/";
        PreparedImages images = QwenGoldenTest.prepared(picture, processor);
        EncodedPrompt prompt =
            processor.prompts().withImages(QwenGoldenTest.QUESTION, images.grids().images().size());
        assertThat(prompt.ids()).as(key).containsExactly(Goldens.ints(golden.get("ids")));
        try (EncodedImages encoded = model.encode(List.of(images), TowerDepth.FEATURES).get(0);
            ReducedImages all = encoded.reduce(ALL);
            ProjectedTokens rows = model.project(all)) {
          ModelGoldenTest.assertClose(
              model.floats(rows.rows()), Goldens.floats(tensors, key + "features"), key);
          PromptGroup group =
              QwenGoldenTest.group(
                  prompt,
                  new VisualRows(rows, all.positions()),
                  List.of(new GenerationLimits(16, 0)));
          ModelGoldenTest.assertClose(
              model.logits(group), Goldens.floats(tensors, key + "logits"), key);
          int[] ids = QwenGoldenTest.ids(model, checkpoint, List.of(group)).get(0);
          int steps = GoldenModel.comparable(golden.get("margins"));
          assertThat(steps).as(key).isPositive();
          assertThat(Arrays.copyOf(ids, steps))
              .as(key)
              .containsExactly(Arrays.copyOf(Goldens.ints(golden.get("greedy")), steps));
        }
      }
    }
  }
}
