package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.generation.GreedyDecoding;
import io.prumerge.image.MadePicture;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.decoding.StopTokens;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
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
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Qwen2-VL and Qwen2.5-VL from pixels to answers against transformers. */
@Tag("model")
class QwenGoldenTest {

  static final String QUESTION = "Is there a dog in the image?";

  @AfterAll
  static void closesEverything() {
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  /** Each case alone, then all together. */
  @ParameterizedTest
  @ValueSource(
      strings = {"qwen2_5_vl/tied", "qwen2_5_vl/untied", "qwen2_vl/tied", "qwen2_vl/untied"})
  void answersAreTheReferences(String name) throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("qwen/" + name));
    JsonNode cases = Goldens.json("qwen/qwen.json").get("cases").get(name);
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "qwen2_vl")) {
      List<PreparedImages> inputs = new ArrayList<>();
      List<GenerationLimits> limits = List.of(new GenerationLimits(16, 0));
      List<String> names = new ArrayList<>();
      cases.fieldNames().forEachRemaining(names::add);
      for (String picture : names) {
        inputs.add(prepared(picture, processor));
      }
      List<PromptGroup> groups = new ArrayList<>();
      List<AutoCloseable> open = new ArrayList<>();
      try {
        List<EncodedImages> together = model.encode(inputs, TowerDepth.FEATURES);
        open.addAll(together);
        for (int i = 0; i < names.size(); i++) {
          String picture = names.get(i);
          JsonNode golden = cases.get(picture);
          EncodedPrompt prompt =
              processor.prompts().withImages(QUESTION, inputs.get(i).grids().images().size());
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
          PromptGroup group = group(prompt, new VisualRows(rows, all.positions()), limits);
          assertClose(model.logits(group), key + "logits");
          groups.add(group);
          assertThat(ids(model, checkpoint, List.of(group)).get(0))
              .as(picture)
              .containsExactly(Goldens.ints(golden.get("greedy")));
        }
        List<int[]> answers = ids(model, checkpoint, groups);
        int at = 0;
        for (String picture : names) {
          if (!picture.startsWith("cmyk")) {
            assertThat(answers.get(at++))
                .as(picture)
                .containsExactly(Goldens.ints(cases.get(picture).get("greedy")));
          }
        }
      } finally {
        for (AutoCloseable one : open) {
          close(one);
        }
      }
    }
  }

  /** {@code generate} with a penalty of what prompt and answer hold, pictures' ids included. */
  @ParameterizedTest
  @CsvSource({
    "qwen2_5_vl/tied, 1.05",
    "qwen2_5_vl/untied, 1.3",
    "qwen2_vl/tied, 1.3",
    "qwen2_vl/untied, 1.05"
  })
  void repetitionsArePenalisedAsInTheReference(String name, String penalty, @TempDir Path folder)
      throws IOException, ImageException, PromptException {
    JsonNode cases = Goldens.json("qwen/qwen.json").get("cases").get(name);
    try (Stream<Path> files = Files.list(Goldens.path("qwen/" + name))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    Path settings = folder.resolve("generation_config.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode stated = (ObjectNode) json.readTree(settings.toFile());
    json.writeValue(settings.toFile(), stated.put("repetition_penalty", new BigDecimal(penalty)));
    Checkpoint checkpoint = Checkpoint.open(folder);
    TokenReducer none = TokenReducers.of(MethodSpec.NONE);
    List<PromptGroup> groups = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    List<AutoCloseable> open = new ArrayList<>();
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "qwen2_vl")) {
      try {
        for (String picture : List.of("wide.png", "97x61", "3x200", "one.png+97x61+tall.png")) {
          PreparedImages input = prepared(picture, processor);
          EncodedImages image = model.encode(List.of(input), TowerDepth.FEATURES).get(0);
          open.add(image);
          ReducedImages all = image.reduce(none);
          open.add(all);
          ProjectedTokens rows = model.project(all);
          open.add(rows);
          int images = input.grids().images().size();
          EncodedPrompt prompt = processor.prompts().withImages(QUESTION, images);
          GenerationLimits limits = new GenerationLimits(16, 0);
          PromptGroup group = group(prompt, new VisualRows(rows, all.positions()), List.of(limits));
          groups.add(group);
          expected.add(Goldens.ints(cases.get(picture).get("penalised").get(penalty)));
          assertThat(ids(model, checkpoint, List.of(group)).get(0))
              .as(picture)
              .containsExactly(expected.get(expected.size() - 1));
        }
        assertThat(ids(model, checkpoint, groups))
            .usingRecursiveFieldByFieldElementComparator()
            .containsExactlyElementsOf(expected);
      } finally {
        for (AutoCloseable one : open) {
          close(one);
        }
      }
    }
  }

  /** Frequencies that are scaled for long texts, as the models' cards ask for. */
  @Test
  void scaledRotationsAreTheReferences(@TempDir Path folder)
      throws IOException, ImageException, PromptException {
    ObjectMapper json = new ObjectMapper();
    int number = 0;
    for (JsonNode made : Goldens.json("qwen/yarn.json").get("cases")) {
      String name = made.get("checkpoint").asText();
      Path copy = Files.createDirectory(folder.resolve(Integer.toString(number++)));
      try (Stream<Path> files = Files.list(Goldens.path(name))) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
      Path config = copy.resolve("config.json");
      ObjectNode stated = (ObjectNode) json.readTree(config.toFile());
      ObjectNode text = stated.get("text_config") instanceof ObjectNode own ? own : stated;
      text.set("rope_scaling", made.get("rope_scaling"));
      json.writeValue(config.toFile(), stated);
      Checkpoint checkpoint = Checkpoint.open(copy);
      String template = name.startsWith("qwen3") ? "qwen3_vl" : "qwen2_vl";
      try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
          LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template)) {
        for (var picture : made.get("answers").properties()) {
          PreparedImages input = prepared(picture.getKey(), processor);
          EncodedPrompt prompt = processor.prompts().withImages(QUESTION, 1);
          try (EncodedImages image = model.encode(List.of(input), TowerDepth.FEATURES).get(0);
              ReducedImages all = image.reduce(TokenReducers.of(MethodSpec.NONE));
              ProjectedTokens rows = model.project(all)) {
            PromptGroup group =
                group(
                    prompt,
                    new VisualRows(rows, all.positions()),
                    List.of(new GenerationLimits(16, 0)));
            String which = made.get("rope_scaling") + " of " + name + ", " + picture.getKey();
            ModelGoldenTest.assertClose(
                model.logits(group), Goldens.floats(picture.getValue().get("logits")), which);
            assertThat(ids(model, checkpoint, List.of(group)).get(0))
                .as(which)
                .containsExactly(Goldens.ints(picture.getValue().get("greedy")));
          }
        }
      }
    }
    assertThat(number).isEqualTo(12);
  }

  /** What is left keeps its rows and columns, and the text after it stays where it was. */
  @ParameterizedTest
  @ValueSource(
      strings = {"qwen2_5_vl/tied", "qwen2_5_vl/untied", "qwen2_vl/tied", "qwen2_vl/untied"})
  void droppedTokensLeaveTheOthersPositions(String name)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("qwen/" + name));
    JsonNode cases = Goldens.json("qwen/qwen.json").get("cases").get(name);
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "qwen2_vl")) {
      for (String picture : List.of("wide.png", "tall.png", "97x61", "28x5000")) {
        PreparedImages input = prepared(picture, processor);
        TokenReducer method = TokenReducers.of(MethodSpec.parse("first:tokens=23"));
        EncodedPrompt prompt = processor.prompts().withImages(QUESTION, 1);
        try (EncodedImages encoded =
                model.encode(List.of(input), TowerDepth.of(List.of(method))).get(0);
            ReducedImages left = encoded.reduce(method);
            ProjectedTokens rows = model.project(left)) {
          PromptGroup group =
              group(
                  prompt,
                  new VisualRows(rows, left.positions()),
                  List.of(new GenerationLimits(16, 0)));
          assertClose(model.logits(group), name + "/" + picture + "/first_logits");
          assertThat(ids(model, checkpoint, List.of(group)).get(0))
              .as(picture)
              .containsExactly(Goldens.ints(cases.get(picture).get("first")));
        }
      }
    }
  }

  /** Each place of a question's own is an image's, with its text around it. */
  @Test
  void imagesStandWhereAQuestionPutsThem() throws IOException, PromptException {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("qwen/qwen2_vl/tied"));
    try (LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "raw")) {
      String image = "<|vision_start|><|image_pad|><|vision_end|>";
      assertThat(processor.prompts().withImages("A <image> or <image>?", 2).ids())
          .containsExactly(processor.tokenizer().encode("A " + image + " or " + image + "?"));
    }
  }

  @Test
  void thePromptIsThePublishedTemplates() throws IOException {
    String prompt = Goldens.json("qwen/qwen.json").get("prompt").asText();
    String image = "<|vision_start|><|image_pad|><|vision_end|>";
    assertThat(ConversationTemplate.named("qwen2_vl").withImages("{}", image, 1)).isEqualTo(prompt);
  }

  static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  static List<int[]> ids(LlavaModel model, Checkpoint checkpoint, List<PromptGroup> groups) {
    StopTokens stop = new StopTokens(checkpoint.generation().eosTokenIds());
    return new GreedyDecoding(model.greedy(stop), model.limits(1))
        .generate(groups).stream().map(answers -> answers.get(0)).map(Generation::ids).toList();
  }

  static PromptGroup group(EncodedPrompt prompt, VisualRows rows, List<GenerationLimits> limits) {
    return group(prompt, rows, List.of(), limits);
  }

  static PromptGroup group(
      EncodedPrompt prompt,
      VisualRows rows,
      List<? extends LayerCut> cuts,
      List<GenerationLimits> limits) {
    int[] ids = prompt.ids();
    int[] slots = prompt.imageSlots();
    int end = slots[slots.length - 1] + 1;
    return new PromptGroup(
        Arrays.copyOf(ids, end),
        slots[0],
        slots,
        rows,
        List.copyOf(cuts),
        Optional.empty(),
        List.of(Arrays.copyOfRange(ids, end, ids.length)),
        limits);
  }

  static PreparedImages prepared(String names, LlavaProcessor processor)
      throws IOException, ImageException {
    List<PreparedImages> images = new ArrayList<>();
    for (String name : names.split("\\+")) {
      RgbImage picture = MadePicture.named(name);
      images.add(
          PreparedImages.of(
              processor.images().alone().views(picture),
              processor.images().alone().grid(picture.width(), picture.height()),
              Sha256.of(name.getBytes(StandardCharsets.UTF_8))));
    }
    return images.size() == 1 ? images.get(0) : PreparedImages.together(images);
  }

  private static void assertClose(float[] actual, String tensor) throws IOException {
    ModelGoldenTest.assertClose(actual, Goldens.floats("qwen/qwen.safetensors", tensor), tensor);
  }
}
