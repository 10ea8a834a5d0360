package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.QuestionCost;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessor;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Prompts with two and three images of odd sizes, from encoded bytes on, against transformers
 * 4.57.1; methods against the same images, each reduced in a prompt of its own. See
 * notebooks/goldens.
 */
@Tag("model")
class SeveralImagesGoldenTest {

  private static final String TENSORS = "several/several.safetensors";
  private static final Map<String, String> FOLDERS =
      Map.of(
          "gqa", "checkpoints/",
          "next", "families/",
          "next-mistral", "families/",
          "tied", "onevision/",
          "untied", "onevision/");
  private static final TokenReducer ALL = TokenReducers.of(MethodSpec.parse("none"));

  private record Loaded(LlavaModel model, LlavaProcessor processor) implements AutoCloseable {

    static Loaded of(String name, String template) {
      Checkpoint checkpoint = Checkpoint.open(Goldens.path(FOLDERS.get(name) + name));
      return new Loaded(
          LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32),
          LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template));
    }

    List<PreparedImages> views(JsonNode pictures) throws IOException, ImageException {
      ImageProcessor preprocessor = processor.images().of(pictures.size());
      List<PreparedImages> images = new ArrayList<>();
      for (JsonNode picture : pictures) {
        byte[] bytes = Files.readAllBytes(Goldens.path("images/" + picture.asText()));
        RgbImage image = ImageDecoder.decode(bytes, ImageLimits.DEFAULT);
        images.add(
            PreparedImages.of(
                preprocessor.views(image),
                preprocessor.grid(image.width(), image.height()),
                Sha256.of(bytes)));
      }
      return images;
    }

    @Override
    public void close() {
      processor.close();
      model.close();
    }
  }

  private static JsonNode cases(String name) throws IOException {
    return Goldens.json("several/several.json").get("cases").get(name);
  }

  private static PromptGroup group(EncodedPrompt prompt, ProjectedTokens visual) {
    int[] ids = prompt.ids();
    return new PromptGroup(
        Arrays.copyOf(ids, prompt.lastSlot() + 1),
        prompt.imageSlots()[0],
        prompt.imageSlots(),
        VisualRows.packed(visual),
        List.of(),
        Optional.empty(),
        List.of(Arrays.copyOfRange(ids, prompt.lastSlot() + 1, ids.length)),
        List.of(new GenerationLimits(8, 0)));
  }

  @ParameterizedTest
  @CsvSource({
    "gqa, vicuna_v1",
    "next, llava_v1",
    "next-mistral, mistral_instruct",
    "tied, qwen_1_5",
    "untied, qwen_1_5",
  })
  void saysWhatTheReferenceSays(String name, String template)
      throws IOException, ImageException, PromptException {
    JsonNode cases = cases(name);
    assertThat(cases.size()).isEqualTo(4);
    try (Loaded loaded = Loaded.of(name, template)) {
      for (int i = 0; i < cases.size(); i++) {
        check(loaded, cases.get(i), name + "/" + i);
      }
    }
  }

  private static void check(Loaded loaded, JsonNode expected, String key)
      throws IOException, ImageException, PromptException {
    List<PreparedImages> images = loaded.views(expected.get("images"));
    JsonNode pixels = expected.path("pixels"); // where one alone has others
    for (int i = 0; i < pixels.size(); i++) {
      assertThat(Goldens.sha256(images.get(i).views().get(0).pixels()))
          .as(key + " " + i)
          .isEqualTo(pixels.get(i).asText());
    }
    EncodedPrompt prompt =
        loaded.processor().prompts().withImages(expected.get("question").asText(), images.size());
    assertThat(prompt.ids()).as(key).containsExactly(Goldens.ints(expected.get("ids")));
    LlavaModel model = loaded.model();
    try (EncodedImages encoded =
            model.encode(List.of(PreparedImages.together(images)), TowerDepth.FEATURES).get(0);
        ReducedImages all = encoded.reduce(ALL);
        ProjectedTokens visual = model.project(all)) {
      assertThat(visual.runs().stream().mapToInt(Integer::intValue).toArray())
          .containsExactly(Goldens.ints(expected.get("tokens")));
      assertThat(encoded.tokens()).isEqualTo(visual.tokens());
      ModelGoldenTest.assertClose(
          model.floats(visual.rows()), Goldens.floats(TENSORS, key + "/features"), key);
      PromptGroup group = group(prompt, visual);
      ModelGoldenTest.assertClose(
          model.logits(group), Goldens.floats(TENSORS, key + "/logits"), key);
      int steps = GoldenModel.comparable(expected.get("margins"));
      assertThat(steps).as(key).isPositive();
      assertThat(Arrays.copyOf(GoldenModel.greedy(model, group), steps))
          .as(key)
          .containsExactly(Arrays.copyOf(Goldens.ints(expected.get("greedy")), steps));
      // torch's FlopCounterMode over the reference
      QuestionCost cost =
          CostModel.of(model.checkpoint().config())
              .question(all.work(), List.of(), prompt.textTokens(), prompt.behindImage(), 1);
      assertThat(cost.vision() + cost.projector())
          .isEqualTo(expected.get("flops").get("images").asLong());
      assertThat(cost.prefill()).isEqualTo(expected.get("flops").get("decoder").asLong());
    }
  }

  /** What a method leaves of several images is what it leaves of each alone, in their order. */
  @ParameterizedTest
  @CsvSource({
    "gqa, vicuna_v1, prumerge, prumerge",
    "gqa, vicuna_v1, prumerge+, prumerge+",
    "gqa, vicuna_v1, tome:tokens=120, tome:tokens=40",
    "gqa, vicuna_v1, divprune:tokens=61, divprune:tokens=20",
    "gqa, vicuna_v1, hired:tokens=90, hired:tokens=30",
    "next, llava_v1, prumerge, prumerge",
    "next, llava_v1, 'visionzip:contextual=1,dominant=3', 'visionzip:contextual=1,dominant=3'",
  })
  void reducesEachImageByItself(String name, String template, String together, String alone)
      throws IOException, ImageException {
    JsonNode three = cases(name).get(2);
    TokenReducer method = TokenReducers.of(MethodSpec.parse(together));
    TokenReducer each = TokenReducers.of(MethodSpec.parse(alone));
    try (Loaded loaded = Loaded.of(name, template)) {
      LlavaModel model = loaded.model();
      List<PreparedImages> images = loaded.views(three.get("images"));
      TowerDepth depth = TowerDepth.of(List.of(method));
      List<float[]> rows = new ArrayList<>();
      List<Integer> tokens = new ArrayList<>();
      IntStream.Builder kept = IntStream.builder();
      int views = 0;
      for (PreparedImages image : images) {
        try (EncodedImages one = model.encode(List.of(image), TowerDepth.of(List.of(each))).get(0);
            ReducedImages left = one.reduce(each);
            ProjectedTokens projected = model.project(left)) {
          rows.add(model.floats(projected.rows()));
          tokens.add(projected.tokens());
          int first = views * one.views().get(0).count();
          left.keptIndices().ifPresent(all -> IntStream.of(all).forEach(p -> kept.add(first + p)));
          views += image.views().size();
        }
      }
      try (EncodedImages all =
              model.encode(List.of(PreparedImages.together(images)), depth).get(0);
          ReducedImages left = all.reduce(method);
          ProjectedTokens projected = model.project(left)) {
        assertThat(left.runs()).isEqualTo(tokens);
        assertThat(left.tokens()).isEqualTo(tokens.stream().mapToInt(Integer::intValue).sum());
        assertThat(left.ofViews()).hasSize(views);
        assertThat(left.keptIndices().orElse(new int[0])).containsExactly(kept.build().toArray());
        ModelGoldenTest.assertClose(
            model.floats(projected.rows()), joined(rows), together + " of all");
      }
    }
  }

  private static float[] joined(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
