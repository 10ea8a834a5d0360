package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.ModelFolders;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.LlavaConfig;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.MadeFrames;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.model.EncodedImages;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.ModelGoldenTest;
import io.prumerge.model.OpenValues;
import io.prumerge.model.ReducedImages;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.connector.VisualRows;
import io.prumerge.model.decoder.GenerationLimits;
import io.prumerge.model.decoder.PromptGroup;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.TowerDepth;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * LLaVA-Video and LLaVA-OneVision in their authors' layout, against their code. A frame has 5 x 5
 * patches, of which methods see 2 x 2 means, or 3 x 3 by interpolation.
 */
@Tag("model")
class LlavaVideoAnswersTest {

  private static final String QUESTION = "Is there a dog in the image?";
  private static final Path CHECKPOINT = Goldens.path("llava-video/checkpoint");

  @TempDir private Path folder;

  @AfterAll
  static void closesEverything() {
    LlavaEngine.releaseIdle();
    assertThat(OpenValues.atRest()).as("native values left by closed models").isZero();
  }

  private static JsonNode golden() throws IOException {
    return Goldens.json("llava-video/llava-video.json");
  }

  /** The checkpoint with some settings replaced. */
  private Path with(JsonNode overrides) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    try (Stream<Path> files = Files.walk(CHECKPOINT)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(CHECKPOINT.relativize(file).toString());
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    ObjectMapper json = new ObjectMapper();
    Path config = copy.resolve("config.json");
    ObjectNode settings = (ObjectNode) json.readTree(config.toFile());
    settings.setAll((ObjectNode) overrides);
    json.writeValue(config.toFile(), settings);
    return copy;
  }

  private Path with(String overrides) throws IOException {
    return with(new ObjectMapper().readTree(overrides));
  }

  private static EngineConfig config(Path model) {
    return EngineConfigs.of(
        model.toString(), DeviceChoice.CPU, -1, DtypeChoice.FP32, ImageAspect.AUTO, "auto");
  }

  private static Visual.Video video(int frames, int width, int height) {
    return new Visual.Video(MadeFrames.files(frames, width, height), FrameTimes.UNKNOWN);
  }

  private static List<TokenReducer> reducers(String... methods) {
    return Stream.of(methods).map(MethodSpec::parseKnown).map(TokenReducers::of).toList();
  }

  private static List<Answer> answers(Path model, List<Visual> visuals, String... methods) {
    try (ModelLease lease = LlavaEngine.acquire(config(model))) {
      return lease.answer(
          new ImageRequest(
              visuals, List.of(new Question(QUESTION, 12)), reducers(methods), ReduceBy.EACH));
    }
  }

  @ParameterizedTest
  @CsvSource({"average, 4", "bilinear, 1", "one_token, 1"})
  void videosAreTheAuthors(String variant, int videos)
      throws IOException, ImageException, PromptException {
    JsonNode golden = golden().get("cases").get(variant);
    Path model = with(golden.get("overrides"));
    assertThat(golden.get("videos").size()).isEqualTo(videos);
    try (LoadedModel loaded = LoadedModel.load(config(model))) {
      for (Map.Entry<String, JsonNode> one : golden.get("videos").properties()) {
        int width = one.getValue().get("width").asInt();
        int height = one.getValue().get("height").asInt();
        Visual.Video video = video(Integer.parseInt(one.getKey()), width, height);
        check(loaded, video, variant + "/" + one.getKey(), one.getValue());
        Answer answer = answers(model, List.of(video), "none").get(0);
        assertThat(answer.error()).isNull();
        assertThat(answer.text())
            .isEqualTo(loaded.tokenizer().answer(Goldens.ints(one.getValue().get("greedy"))));
      }
    }
  }

  @Test
  void aPictureIsTheAuthors() throws IOException, ImageException, PromptException {
    JsonNode golden = golden().get("picture");
    byte[] file = Files.readAllBytes(Goldens.path("images/" + golden.get("file").asText()));
    try (LoadedModel loaded = LoadedModel.load(config(CHECKPOINT))) {
      check(loaded, new Visual.Picture(file), "picture", golden);
    }
  }

  private static void check(LoadedModel loaded, Visual visual, String key, JsonNode expected)
      throws IOException, ImageException, PromptException {
    List<TokenReducer> none = reducers("none");
    PreparedImages prepared = loaded.prepare(List.of(visual), none);
    List<String> pixels = new ArrayList<>();
    expected.get("pixels").forEach(view -> pixels.add(view.asText()));
    assertThat(prepared.views().stream().map(view -> Goldens.sha256(view.pixels())).toList())
        .isEqualTo(pixels);
    EncodedPrompt prompt = loaded.prompts().withImages(QUESTION, prepared.grids().images());
    assertThat(prompt.ids()).containsExactly(Goldens.ints(expected.get("ids")));
    LlavaModel llava = loaded.model();
    try (EncodedImages encoded = llava.encode(List.of(prepared), TowerDepth.of(none), 2).get(0);
        ReducedImages all = encoded.reduce(none.get(0));
        ProjectedTokens projected = llava.project(all)) {
      assertThat(all.tokens()).isEqualTo(expected.get("tokens").asInt());
      close(key + "/features", llava.floats(projected.rows()));
      close(key + "/logits", llava.logits(group(prompt, projected)));
    }
  }

  private static void close(String key, float[] actual) throws IOException {
    float[] expected = Goldens.floats("llava-video/llava-video.safetensors", key);
    ModelGoldenTest.assertClose(actual, expected, key);
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
        List.of(new GenerationLimits(12, 0)));
  }

  /** Five frames of 2 x 2 tokens with two learned rows each, which stay. */
  @ParameterizedTest
  @CsvSource({
    "none, 30",
    "first:tokens=10, 20",
    "uniform:tokens=7, 17",
    "'divprune:positions=kept,tokens=5', 15",
    "'pool:cols=1,rows=1', 15",
    "'vispruner:attention=received,tokens=10', 20",
    "frames=2, 12",
    "vidcom2:tokens=10, 20",
    "'vidcom2:positions=kept,tokens=7', 17",
    "vidcom2:ratio=1, 26",
    "evs:tokens=9, 19",
    "dycoke, 17",
    "'dycoke:positions=kept,variant=repaired', 21",
    "'fastv:layer=1,tokens=10', 30",
  })
  void linesKeepTheirLearnedRows(String method, int after) {
    Answer answer = answers(CHECKPOINT, List.of(video(5, 90, 20)), method).get(0);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualBefore()).isEqualTo(30);
    assertThat(answer.tokens().visualAfter()).isEqualTo(after);
  }

  /** A frame may keep nothing but its learned rows, which stand behind it under VidCom2. */
  @ParameterizedTest
  @CsvSource({"vidcom2:tokens=10, 10, 20", "dycoke, 7, 17", "evs:pruned=0.9, 4, 14"})
  void whatIsLeftOfAllFramesIsExplained(String method, int kept, int tokens) throws ImageException {
    try (ModelLease lease = LlavaEngine.acquire(config(CHECKPOINT))) {
      MethodChoice choice =
          lease
              .explain(
                  List.of(video(5, 90, 20)), Optional.empty(), List.of(MethodSpec.parse(method)))
              .get(0)
              .choices()
              .get(0);
      assertThat(choice.kept().orElseThrow()).hasSize(kept).doesNotHaveDuplicates();
      assertThat(choice.tokens()).hasSize(5);
      assertThat(choice.tokens().stream().mapToInt(Integer::intValue).sum()).isEqualTo(kept);
      assertThat(choice.positions()).isEqualTo(IntStream.range(0, tokens).boxed().toList());
    }
  }

  /** One token of each frame stays, with the row of its line. */
  @ParameterizedTest
  @CsvSource({"holitom:tau=1, 10", "'holitom:positions=kept,tau=1', 10"})
  void holiTomDropsTheLearnedRowsOfEmptyLines(String method, int after) {
    Answer answer = answers(CHECKPOINT, List.of(video(5, 90, 20)), method).get(0);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualAfter()).isEqualTo(after);
  }

  @Test
  void picturesAndVideosShareAPrompt() throws IOException {
    Visual picture = new Visual.Picture(Files.readAllBytes(Goldens.path("images/" + "wide.png")));
    Visual video = video(2, 45, 61);
    int alone = answers(CHECKPOINT, List.of(picture), "none").get(0).tokens().visualBefore();
    assertThat(alone).isGreaterThan(26); // in tiles
    Answer answer = answers(CHECKPOINT, List.of(picture, video), "none").get(0);
    assertThat(answer.error()).isNull();
    assertThat(answer.tokens().visualBefore()).isEqualTo(alone + 12);
    Answer two = answers(CHECKPOINT, List.of(picture, picture, video), "none").get(0);
    assertThat(two.tokens().visualBefore()).isEqualTo(2 * 26 + 12); // whole, with a learned row
  }

  /** As lmms-lab's checkpoints are thought to be: their tower needs no folder. */
  @Test
  void thePublishedTowerIsKnown() throws IOException {
    Path model =
        with(
            "{\"mm_vision_tower\": \"google/siglip-so400m-patch14-384\", \"image_grid_pinpoints\": null}");
    LlavaConfig config = Checkpoint.configuration(ModelFolders.of(model));
    assertThat(config.vision().encoder().hiddenSize()).isEqualTo(1152);
    assertThat(config.vision().encoder().layers()).isEqualTo(26);
    assertThat(config.vision().gridSide()).isEqualTo(27);
    assertThat(config.sequence(ViewGrid.video(640, 360, 1))).isEqualTo(182);
    assertThat(config.sequence(ViewGrid.video(640, 360, 64))).isEqualTo(11_648);
    assertThat(config.family().name()).isEqualTo("llava_qwen");
  }

  @ParameterizedTest
  @CsvSource({"bilinear, grid, 210", "bilinear, one_token, 197", "average, one_token, 170"})
  void settingsSayTheTokensOfAFrame(String pooling, String newline, int tokens) throws IOException {
    Path model =
        with(
            String.format(
                "{\"mm_vision_tower\": \"siglip-so400m-patch14-384\", \"image_grid_pinpoints\":"
                    + " null, \"mm_spatial_pool_mode\":"
                    + " \"%s\", \"mm_newline_position\": \"%s\"}",
                pooling, newline));
    assertThat(Checkpoint.configuration(model).sequence(ViewGrid.video(1, 1, 1))).isEqualTo(tokens);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mm_spatial_pool_mode|\"max\"|'max' is not supported; known: average, bilinear",
        "mm_newline_position|\"frame\"|'frame' is not supported; known: grid, one_token",
        "mm_spatial_pool_stride|4|'4' is not supported; known: 2",
        "add_faster_video|true|is true, which adds rows",
        "mm_use_im_start_end|true|is true, which adds rows",
        "mm_patch_merge_type|\"flat\"|'flat' is not supported; known: spatial_unpad",
        "mm_projector_type|\"linear\"|'linear' is not supported; known: mlp2x_gelu",
        "image_aspect_ratio|\"pad\"|is 'pad'; known: anyres_max_N",
        "architectures|[\"LlavaLlamaForCausalLM\"]|with SigLIP's tower only",
        "mm_vision_tower|\"google/siglip-other\"|put that SigLIP model's folder to",
      })
  void otherSettingsAreRefusedByName(String setting) throws IOException {
    String[] parts = setting.split("\\|");
    Path model = with("{\"" + parts[0] + "\": " + parts[1] + "}");
    assertThatThrownBy(() -> Checkpoint.configuration(model))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(parts[0].equals("mm_vision_tower") ? "siglip-other" : parts[0])
        .hasMessageContaining(parts[2]);
  }
}
