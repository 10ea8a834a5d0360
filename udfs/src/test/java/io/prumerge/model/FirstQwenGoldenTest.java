package io.prumerge.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.checkpoint.SafetensorsHeader;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.cost.CostModel;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.ReducedView;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The first Qwen-VL from encoded bytes on, against its authors' code; see notebooks/goldens. The
 * base model's positions are interpolated, the chat model's queries are 9 and all its matrices have
 * biases.
 */
@Tag("model")
class FirstQwenGoldenTest {

  private static final String TENSORS = "first-qwen/first-qwen.safetensors";
  private static final int EVERY = 7; // of the rows of the tower that are written
  private static final TokenReducer NONE = TokenReducers.of(MethodSpec.NONE);

  @TempDir private Path folder;

  /** Each case alone, then all together. */
  @ParameterizedTest
  @CsvSource({"base, qwen_vl, 8", "chat, qwen_vl_chat, 4"})
  void saysWhatTheAuthorsCodeSays(String name, String template, int all)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = FirstQwen.open(name, folder);
    List<Map.Entry<String, JsonNode>> cases = cases(name);
    assertThat(cases).hasSize(all);
    List<AutoCloseable> open = new ArrayList<>();
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template)) {
      try {
        List<PromptGroup> groups = new ArrayList<>();
        for (Map.Entry<String, JsonNode> one : cases) {
          groups.add(check(model, processor, name + "/" + one.getKey(), one.getValue(), open));
        }
        List<int[]> together = QwenGoldenTest.ids(model, checkpoint, groups);
        for (int i = 0; i < all; i++) {
          int[] greedy = Goldens.ints(cases.get(i).getValue().get("greedy"));
          assertThat(GoldenModel.comparable(cases.get(i).getValue().get("margins")))
              .isEqualTo(greedy.length);
          assertThat(together.get(i)).as(cases.get(i).getKey()).containsExactly(greedy);
          assertThat(QwenGoldenTest.ids(model, checkpoint, groups.subList(i, i + 1)).get(0))
              .as(cases.get(i).getKey())
              .containsExactly(greedy);
        }
      } finally {
        open.forEach(QwenGoldenTest::close);
      }
    }
  }

  private static PromptGroup check(
      LlavaModel model,
      LlavaProcessor processor,
      String key,
      JsonNode expected,
      List<AutoCloseable> open)
      throws IOException, ImageException, PromptException {
    String[] pictures = key.split("/")[1].split("\\+");
    List<PreparedImages> images = new ArrayList<>();
    for (String picture : pictures) {
      images.add(views(processor, picture));
    }
    EncodedPrompt prompt =
        processor.prompts().withImages(expected.get("question").asText(), pictures.length);
    assertThat(prompt.ids()).as(key).containsExactly(Goldens.ints(expected.get("ids")));
    assertThat(Goldens.sha256(images.get(0).views().get(0).pixels()))
        .as(key)
        .isEqualTo(expected.get("pixels").asText());
    PreparedImages input = images.size() == 1 ? images.get(0) : PreparedImages.together(images);
    EncodedImages image = model.encode(List.of(input), TowerDepth.FEATURES).get(0);
    open.add(image);
    ReducedImages none = image.reduce(NONE);
    open.add(none);
    ProjectedTokens visual = model.project(none);
    open.add(visual);
    int queries = key.startsWith("base") ? 4 : 9;
    assertThat(visual.tokens()).isEqualTo(pictures.length * queries).isEqualTo(image.tokens());
    assertClose(model.floats(visual.rows()), key + "/features");
    if (pictures.length == 1) {
      try (ReducedView rows = image.views().get(0).all()) {
        assertClose(some(model.floats(rows.features()), rows(key)), key + "/tower");
      }
      float[] looks = model.queryAttention(none, 0, new int[0]);
      int patches = looks.length / queries;
      List<Float> left = new ArrayList<>();
      for (int i = 0; i < looks.length; i++) {
        if (i % patches % EVERY == 0) {
          left.add(looks[i]);
        }
      }
      float[] golden = Goldens.floats(TENSORS, key + "/looks");
      assertThat(left).hasSize(golden.length);
      for (int i = 0; i < golden.length; i++) {
        assertThat(left.get(i)).isCloseTo(golden[i], within(1e-5f));
      }
    }
    PromptGroup group =
        QwenGoldenTest.group(
            prompt, new VisualRows(visual, none.positions()), List.of(new GenerationLimits(16, 0)));
    assertClose(model.logits(group), key + "/logits");
    return group;
  }

  private static int rows(String key) {
    return key.startsWith("base") ? 16 : 24; // widths of the towers
  }

  private static float[] some(float[] all, int width) {
    int rows = (all.length / width + EVERY - 1) / EVERY;
    float[] some = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(all, row * EVERY * width, some, row * width, width);
    }
    return some;
  }

  private static PreparedImages views(LlavaProcessor processor, String name)
      throws IOException, ImageException {
    RgbImage picture = GoldenPictures.decoded(name);
    return PreparedImages.of(
        processor.images().alone().views(picture),
        processor.images().alone().grid(picture.width(), picture.height()),
        Sha256.of(name.getBytes(StandardCharsets.UTF_8)));
  }

  /** Parts of joined tensors, interpolated positions and packed weights in half the precision. */
  @ParameterizedTest
  @CsvSource({"base, qwen_vl", "chat, qwen_vl_chat"})
  void saysAboutTheSameInBf16(String name, String template)
      throws IOException, ImageException, PromptException {
    Checkpoint checkpoint = FirstQwen.open(name, folder);
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.BF16);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, template);
        EncodedImages image =
            model.encode(List.of(views(processor, "wide.png")), TowerDepth.FEATURES).get(0);
        ReducedImages none = image.reduce(NONE);
        ProjectedTokens visual = model.project(none)) {
      EncodedPrompt prompt = processor.prompts().withImage("Is there a dog in the image?");
      PromptGroup group =
          QwenGoldenTest.group(
              prompt,
              new VisualRows(visual, none.positions()),
              List.of(new GenerationLimits(16, 0)));
      float[] logits = model.logits(group);
      float[] golden = Goldens.floats(TENSORS, name + "/wide.png/0/logits");
      double difference = 0;
      double size = 0;
      for (int i = 0; i < golden.length; i++) {
        difference += Math.abs(logits[i] - golden[i]);
        size += Math.abs(golden[i]);
      }
      assertThat(difference / size).isBetween(1e-4, 0.1);
    }
  }

  /** An adapter of tensors that several weights are parts of, against the same sums in the file. */
  @Test
  void mergesLoraOfJoinedTensors() throws IOException, ImageException, PromptException {
    Path base = FirstQwen.write("base", Files.createDirectory(folder.resolve("base")));
    Path adapter = Files.createDirectory(folder.resolve("adapter"));
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        "{\"peft_type\":\"LORA\",\"r\":2,\"lora_alpha\":6,"
            + "\"target_modules\":[\"c_attn\",\"w2\",\"in_proj\"]}");
    ObjectNode rules = new ObjectMapper().createObjectNode();
    Map<String, List<Integer>> modules =
        Map.of(
            "transformer.h.0.attn.c_attn", List.of(384, 128),
            "transformer.h.1.mlp.w2", List.of(40, 128),
            "transformer.visual.transformer.resblocks.0.attn.in_proj", List.of(48, 16));
    modules.forEach(
        (name, shape) -> {
          rule(rules, "base_model.model." + name + ".lora_A.weight", 2, shape.get(1));
          rule(rules, "base_model.model." + name + ".lora_B.weight", shape.get(0), 2);
        });
    Path update = adapter.resolve("adapter_model.safetensors");
    FirstQwen.weights(rules, update);
    float[] merged = logits(Checkpoint.open(ModelFolders.parse(base + "+" + adapter)));
    float[] plain = logits(Checkpoint.open(base));
    Path file = base.resolve("model.safetensors");
    for (String name : modules.keySet()) {
      float[] down = tensor(update, "base_model.model." + name + ".lora_A.weight");
      float[] up = tensor(update, "base_model.model." + name + ".lora_B.weight");
      float[] sum = tensor(file, name + ".weight");
      int columns = modules.get(name).get(1);
      for (int i = 0; i < sum.length; i++) {
        int row = i / columns;
        int column = i % columns;
        sum[i] += 3 * (up[2 * row] * down[column] + up[2 * row + 1] * down[columns + column]);
      }
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * sum.length);
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(sum);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.write(bytes, entry(file, name + ".weight").offset());
      }
    }
    ModelGoldenTest.assertClose(merged, logits(Checkpoint.open(base)), "merged");
    assertThat(merged).isNotEqualTo(plain);
  }

  private static void rule(ObjectNode rules, String name, int rows, int columns) {
    ObjectNode rule = rules.putObject(name).put("mean", 0.0).put("deviation", 0.2);
    rule.putArray("shape").add(rows).add(columns);
  }

  private static TensorEntry entry(Path file, String name) {
    return SafetensorsHeader.read(file).tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static float[] tensor(Path file, String name) throws IOException {
    TensorEntry entry = entry(file, name);
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(entry.bytes()));
    try (FileChannel channel = FileChannel.open(file)) {
      channel.read(bytes, entry.offset());
    }
    float[] floats = new float[bytes.capacity() / Float.BYTES];
    bytes.flip().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return floats;
  }

  private static float[] logits(Checkpoint checkpoint)
      throws IOException, ImageException, PromptException {
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32);
        LlavaProcessor processor = LlavaProcessor.load(checkpoint, ImageAspect.AUTO, "qwen_vl");
        EncodedImages image =
            model.encode(List.of(views(processor, "wide.png")), TowerDepth.FEATURES).get(0);
        ReducedImages none = image.reduce(NONE);
        ProjectedTokens visual = model.project(none)) {
      EncodedPrompt prompt = processor.prompts().withImage("Is there a dog in the image?");
      return model.logits(
          QwenGoldenTest.group(
              prompt,
              new VisualRows(visual, none.positions()),
              List.of(new GenerationLimits(1, 0))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "chat"})
  void countsTheFlopsThatTheAuthorsCodeRuns(String name) throws IOException {
    Checkpoint checkpoint = FirstQwen.open(name, folder);
    CostModel cost = CostModel.of(checkpoint.config());
    int queries = checkpoint.config().viewTokens();
    for (Map.Entry<String, JsonNode> one : cases(name)) {
      JsonNode flops = one.getValue().get("flops");
      int images = one.getKey().split("\\+").length;
      long tower = images * cost.tower().features();
      long connector = cost.connector().of(images * queries, 0);
      assertThat(tower).isEqualTo(flops.get("tower").asLong());
      assertThat(connector).isEqualTo(flops.get("connector").asLong());
      int positions = one.getValue().get("ids").size() + images * (queries - 1);
      assertThat(tower + connector + cost.decoder().prefill(positions))
          .isEqualTo(flops.get("all").asLong());
    }
  }

  /** At the published size, every odd picture. */
  @Test
  void preparesPixelsAsTheAuthorsCode() throws IOException, ImageException {
    ClipPreprocessor processor =
        new ClipPreprocessor(
            PreprocessorConfig.stretched(448, ImageFiles.CLIP), ImageAspect.STRETCH);
    int compared = 0;
    for (Map.Entry<String, JsonNode> picture :
        Goldens.json(FirstQwen.JSON).get("pixels").properties()) {
      if (!picture.getKey().startsWith("cmyk")) { // decoded within 3 levels
        assertThat(Goldens.sha256(processor.views(GoldenPictures.decoded(picture.getKey())).get(0)))
            .as(picture.getKey())
            .isEqualTo(picture.getValue().asText());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(60);
  }

  private static List<Map.Entry<String, JsonNode>> cases(String name) throws IOException {
    List<Map.Entry<String, JsonNode>> cases = new ArrayList<>();
    Goldens.json(FirstQwen.JSON).get("cases").get(name).properties().forEach(cases::add);
    return cases;
  }

  private static void assertClose(float[] actual, String tensor) throws IOException {
    ModelGoldenTest.assertClose(actual, Goldens.floats(TENSORS, tensor), tensor);
  }
}
