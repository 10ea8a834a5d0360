package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.cost.CostModel;
import io.prumerge.family.Families;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.EncodedView;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.torch.Precision;
import io.prumerge.zoo.LlavaProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models with a Q-Former from encoded bytes on, against transformers 4.57.1; see notebooks/goldens.
 */
@Tag("model")
class QueryGoldenTest {

  private static final String CASES = "queries/queries.json";
  private static final String TENSORS = "queries/queries.safetensors";

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"instructblip, 12", "blip2, 4"})
  void saysWhatTheReferenceSays(String name, int all)
      throws IOException, ImageException, PromptException {
    JsonNode cases = Goldens.json(CASES).get("cases").get(name);
    assertThat(cases.size()).isEqualTo(all);
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("queries/" + name));
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, name)) {
      for (Map.Entry<String, JsonNode> one : cases.properties()) {
        check(model, processor, name + "/" + one.getKey(), one.getValue());
      }
    }
  }

  private static void check(
      LlavaModel model, LlavaProcessor processor, String key, JsonNode expected)
      throws IOException, ImageException, PromptException {
    EncodedPrompt prompt = processor.prompts().withImage(expected.get("question").asText());
    assertThat(prompt.ids()).as(key).containsExactly(Goldens.ints(expected.get("ids")));
    assertThat(prompt.lastSlot()).isZero();
    assertThat(prompt.instruction()).as(key).containsExactly(Goldens.ints(expected.get("words")));
    PreparedImages views = GoldenPictures.views(processor, key.split("/")[1]);
    assertThat(Goldens.sha256(views.views().get(0).pixels()))
        .as(key)
        .isEqualTo(expected.get("pixels").asText());
    try (EncodedImages image = model.encode(List.of(views), TowerDepth.FEATURES).get(0);
        ReducedImages none = image.reduce(TokenReducers.of(MethodSpec.parse("none")));
        ProjectedTokens visual = model.project(none, List.of(prompt.instruction())).get(0)) {
      assertThat(image.tokens()).isEqualTo(5).isEqualTo(visual.tokens());
      assertTower(model, image.views().get(0), key);
      ModelGoldenTest.assertClose(
          model.floats(visual.rows()), Goldens.floats(TENSORS, key + "/rows"), key + " rows");
      ModelGoldenTest.assertClose(
          model.queryAttention(none, 0, prompt.instruction()),
          Goldens.floats(TENSORS, key + "/looks"),
          key + " looks");
      PromptGroup group =
          new PromptGroup(
              Arrays.copyOf(prompt.ids(), 1),
              0,
              visual,
              List.of(Arrays.copyOfRange(prompt.ids(), 1, prompt.ids().length)),
              List.of(new GenerationLimits(8, 0)));
      ModelGoldenTest.assertClose(
          model.logits(group), Goldens.floats(TENSORS, key + "/logits"), key + " logits");
      int steps = GoldenModel.comparable(expected.get("margins"));
      assertThat(steps).as(key).isPositive();
      assertThat(Arrays.copyOf(GoldenModel.greedy(model, group), steps))
          .as(key)
          .containsExactly(Arrays.copyOf(Goldens.ints(expected.get("greedy")), steps));
    }
  }

  private static void assertTower(LlavaModel model, EncodedView image, String key)
      throws IOException {
    try (ReducedView all = image.all()) {
      ModelGoldenTest.assertClose(
          model.floats(all.features()), Goldens.floats(TENSORS, key + "/tower"), key);
    }
  }

  /**
   * torch's FlopCounterMode over the reference, which also runs the words through the last layer's
   * MLP, although nothing reads what comes out.
   */
  @ParameterizedTest
  @CsvSource({"instructblip, 12", "blip2, 4"})
  void countsTheFlopsThatTheReferenceRuns(String name, int all) throws IOException {
    CostModel cost = CostModel.of(Checkpoint.open(Goldens.path("queries/" + name)).config());
    Set<Map.Entry<String, JsonNode>> cases =
        Goldens.json(CASES).get("cases").get(name).properties();
    assertThat(cases).hasSize(all);
    for (Map.Entry<String, JsonNode> one : cases) {
      JsonNode flops = one.getValue().get("flops");
      int words = one.getValue().get("words").size();
      long unread = 4L * words * 12 * 20;
      assertThat(cost.tower().features()).isEqualTo(flops.get("vision").asLong());
      assertThat(cost.connector().of(5, words) + unread).isEqualTo(flops.get("connector").asLong());
    }
  }

  @Test
  void questionsTogetherHaveTheRowsOfEachAlone()
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("queries/instructblip"));
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "raw");
        EncodedImages image =
            model
                .encode(List.of(GoldenPictures.views(processor, "wide.png")), TowerDepth.FEATURES)
                .get(0);
        ReducedImages none = image.reduce(TokenReducers.of(MethodSpec.parse("none")))) {
      List<int[]> questions = new ArrayList<>();
      for (String question : List.of("Is there a dog?", "a", "Is there a cat?", "b", "a")) {
        questions.add(processor.prompts().withImage(question).instruction());
      }
      List<ProjectedTokens> together = model.project(none, questions);
      for (int q = 0; q < questions.size(); q++) {
        try (ProjectedTokens alone = model.project(none, List.of(questions.get(q))).get(0);
            ProjectedTokens one = together.get(q)) {
          ModelGoldenTest.assertClose(
              model.floats(one.rows()), model.floats(alone.rows()), "question " + q);
        }
      }
    }
  }

  /** At the published size, every odd picture. */
  @Test
  void preparesPixelsAsTheReference() throws IOException, ImageException {
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"image_processor_type\":\"BlipImageProcessor\",\"size\":{\"height\":224,\"width\":224}}");
    ImageProcessors processors =
        Families.named("blip-2")
            .imageProcessors(
                Checkpoint.configuration(Goldens.path("queries/blip2")),
                folder,
                ImageAspect.STRETCH);
    GoldenPictures.assertPixels(processors.alone(), Goldens.json(CASES).get("pixels"));
  }
}
