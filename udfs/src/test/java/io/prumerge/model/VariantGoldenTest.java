package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedView;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.torch.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gqa checkpoint under other settings, against transformers 4.57.1: rope types, feature layers,
 * strategies and activations.
 */
@Tag("model")
class VariantGoldenTest {

  private static final String TENSORS = "variants/variants.safetensors";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  static Stream<String> texts() throws IOException {
    return names("texts");
  }

  static Stream<String> images() throws IOException {
    return names("images");
  }

  @ParameterizedTest
  @MethodSource("texts")
  void textOnlyAnswersUnderEveryRopeType(String name) throws IOException {
    JsonNode variant = variant("texts", name);
    try (LlavaModel model = load(variant)) {
      int[] ids = Goldens.ints(variant.get("ids"));
      PromptGroup group =
          new PromptGroup(new int[0], -1, null, List.of(ids), List.of(new GenerationLimits(12, 0)));
      check(model, group, variant, name);
    }
  }

  @ParameterizedTest
  @MethodSource("images")
  void answersAboutAnImageUnderEveryVisionSetting(String name) throws IOException {
    JsonNode golden = Goldens.json("variants/variants.json");
    JsonNode variant = variant("images", name);
    try (GoldenModel gqa = new GoldenModel("gqa", Precision.FP32);
        LlavaModel model = load(variant);
        EncodedView image =
            model
                .vision()
                .encode(
                    List.of(
                        new PreparedView(gqa.pixels(golden.get("input").asText()), new byte[32])),
                    TowerDepth.FEATURES)
                .get(0);
        ReducedView all = image.all();
        ProjectedTokens visual = model.projector().project(all)) {
      assertThat(visual.tokens()).isEqualTo(variant.get("visual_tokens").asInt());
      assertFeatures(
          model.floats(visual.rows()),
          Goldens.floats(TENSORS, name + "/features"),
          golden.get("feature_stride").asInt(),
          visual.tokens());
      int[] ids = Goldens.ints(golden.get("ids"));
      int slot = 0;
      while (ids[slot] != model.checkpoint().config().imageTokenId()) {
        slot++;
      }
      PromptGroup group =
          new PromptGroup(
              Arrays.copyOf(ids, slot + 1),
              slot,
              visual,
              List.of(Arrays.copyOfRange(ids, slot + 1, ids.length)),
              List.of(new GenerationLimits(12, 0)));
      check(model, group, variant, name);
    }
  }

  private static void assertFeatures(float[] all, float[] expected, int stride, int tokens) {
    int width = all.length / tokens;
    for (int i = 0; i < expected.length; i++) {
      float actual = all[(i / width) * stride * width + i % width];
      assertThat(Math.abs(actual - expected[i]))
          .as("feature %d", i)
          .isLessThanOrEqualTo(1e-4f * (1 + Math.abs(expected[i])));
    }
  }

  private static void check(LlavaModel model, PromptGroup group, JsonNode variant, String name)
      throws IOException {
    ModelGoldenTest.assertClose(
        model.logits(group), Goldens.floats(TENSORS, name + "/logits"), name);
    Generation answer =
        new GreedyDecoding(
                model.greedy(new StopTokens(model.checkpoint().generation().eosTokenIds())),
                model.limits(1))
            .generate(List.of(group))
            .get(0)
            .get(0);
    int steps = GoldenModel.comparable(variant.get("margins"));
    assertThat(steps).isPositive();
    assertThat(Arrays.copyOf(answer.ids(), steps))
        .containsExactly(Arrays.copyOf(Goldens.ints(variant.get("greedy")), steps));
  }

  private LlavaModel load(JsonNode variant) throws IOException {
    Goldens.copyCheckpoint("gqa", folder);
    ObjectNode config = (ObjectNode) JSON.readTree(folder.resolve("config.json").toFile());
    for (Map.Entry<String, JsonNode> override : variant.get("overrides").properties()) {
      if (override.getValue().isObject()) {
        ((ObjectNode) config.get(override.getKey())).setAll((ObjectNode) override.getValue());
      } else {
        config.set(override.getKey(), override.getValue());
      }
    }
    JSON.writeValue(folder.resolve("config.json").toFile(), config);
    return LlavaModel.load(Checkpoint.open(folder), Device.cpu(), Precision.FP32);
  }

  private static Stream<String> names(String list) throws IOException {
    return StreamSupport.stream(
            Goldens.json("variants/variants.json").get(list).spliterator(), false)
        .map(node -> node.get("name").asText());
  }

  private static JsonNode variant(String list, String name) throws IOException {
    return StreamSupport.stream(
            Goldens.json("variants/variants.json").get(list).spliterator(), false)
        .filter(node -> node.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
