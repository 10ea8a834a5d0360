package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The other families from encoded bytes on, against transformers 4.57.1 and the authors' code; see
 * notebooks/goldens.
 */
@Tag("model")
class FamilyGoldenTest {

  private static final String QUESTION = "Is there a dog in the image?";

  @ParameterizedTest
  @CsvSource({
    "families, next, llava_v1, 6",
    "families, next-mistral, mistral_instruct, 2",
    "families, shikra, shikra, 3",
    "onevision, tied, qwen_1_5, 8",
    "onevision, untied, qwen_1_5, 2",
  })
  void saysWhatTheReferenceSays(String goldens, String name, String template, int pictures)
      throws IOException, ImageException, PromptException {
    JsonNode cases = Goldens.json(goldens + "/" + goldens + ".json").get("cases").get(name);
    assertThat(cases.size()).isEqualTo(pictures);
    Checkpoint checkpoint = Checkpoint.open(Goldens.path(goldens + "/" + name));
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template)) {
      for (Map.Entry<String, JsonNode> one : cases.properties()) {
        String key = name + "/" + one.getKey();
        check(model, processor, new Golden(goldens, key), one.getKey(), one.getValue());
      }
    }
  }

  /** A picture's tensors among the goldens. */
  private record Golden(String goldens, String key) {

    float[] floats(String tensor) throws IOException {
      return Goldens.floats(goldens + "/" + goldens + ".safetensors", key + "/" + tensor);
    }
  }

  private static void check(
      LlavaModel model, LlavaProcessor processor, Golden golden, String picture, JsonNode expected)
      throws IOException, ImageException, PromptException {
    String key = golden.key();
    int[] ids = processor.prompts().withImage(QUESTION).ids();
    assertThat(ids).as(key).containsExactly(Goldens.ints(expected.get("ids")));
    PreparedImages views = GoldenPictures.views(processor, picture);
    if (expected.has("views")) {
      assertThat(views.views()).hasSize(expected.get("views").asInt());
    } else {
      assertThat(Goldens.sha256(views.views().get(0).pixels()))
          .isEqualTo(expected.get("pixels").asText());
    }
    try (EncodedImages image = model.encode(List.of(views), TowerDepth.FEATURES).get(0);
        ReducedImages all = image.reduce(TokenReducers.of(MethodSpec.parse("none")));
        ProjectedTokens visual = model.project(all)) {
      assertThat(image.tokens()).isEqualTo(visual.tokens());
      ModelGoldenTest.assertClose(model.floats(visual.rows()), golden.floats("features"), key);
      int slot = processor.prompts().withImage(QUESTION).lastSlot();
      PromptGroup group =
          new PromptGroup(
              Arrays.copyOf(ids, slot + 1),
              slot,
              visual,
              List.of(Arrays.copyOfRange(ids, slot + 1, ids.length)),
              List.of(new GenerationLimits(8, 0)));
      ModelGoldenTest.assertClose(model.logits(group), golden.floats("logits"), key);
      int steps = GoldenModel.comparable(expected.get("margins"));
      assertThat(steps).as(key).isPositive();
      assertThat(Arrays.copyOf(GoldenModel.greedy(model, group), steps))
          .as(key)
          .containsExactly(Arrays.copyOf(Goldens.ints(expected.get("greedy")), steps));
    }
  }
}
