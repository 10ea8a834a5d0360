package io.prumerge.conversion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.LocalSpark;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.SafetensorsHeader;
import io.prumerge.checkpoint.TensorEntry;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.cluster.FaultyFileSystem;
import io.prumerge.family.Families;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.jobs.SameResult;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.run.AnswersOnly;
import io.prumerge.spark.ModelCache;
import io.prumerge.store.Json;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The small model in every layout; see layouts/ in notebooks/goldens. */
@Tag("spark")
class ModelConversionTest {

  private static final Path LAYOUTS =
      Path.of(
          System.getProperty("project.root"),
          "udfs",
          "src",
          "test",
          "resources",
          "goldens",
          "layouts");

  private static final Path FAMILIES = LAYOUTS.resolveSibling("families");

  @TempDir private static Path shared;
  @TempDir private Path folder;

  @BeforeAll
  static void examples() throws IOException {
    Path images = Files.createDirectories(shared.resolve("images"));
    StringBuilder questions = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      BufferedImage picture = new BufferedImage(30 + 9 * i, 40, BufferedImage.TYPE_INT_RGB);
      Graphics2D pen = picture.createGraphics();
      pen.setColor(new Color(60 * i, 200 - 50 * i, 90));
      pen.fillOval(3 * i, i, 20, 12 + i);
      pen.dispose();
      ImageIO.write(picture, "png", images.resolve(i + ".png").toFile());
      questions.append(
          String.format(
              Locale.ROOT,
              "{\"question_id\": %d, \"image\": \"%d.png\", \"text\": \"What color is the dog"
                  + " %d?\"}%n",
              i,
              i,
              i));
    }
    Path file = Files.writeString(shared.resolve("questions.jsonl"), questions);
    CustomExamples.prepared(file, images, shared.resolve("examples"));
  }

  private static String model(String names) {
    return Stream.of(names.split("\\+"))
        .map(name -> LAYOUTS.resolve(name).toString())
        .collect(Collectors.joining("+"));
  }

  private CommandLineRun convert(String model, String output, String... more) {
    List<String> arguments =
        Stream.concat(
                Stream.of(
                    "prepare-model",
                    "--model",
                    model,
                    "--output",
                    folder.resolve(output).toString()),
                Stream.of(more))
            .toList();
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  /** A driver that was killed has left it, and its lease. */
  @Test
  void whatAKilledConversionHasLeftIsRemovedByTheSameCommand() throws IOException {
    Path old = Files.createDirectories(folder.resolve(".hf.converting/an-attempt"));
    Files.write(old.resolve("model-00001-of-00003.safetensors"), new byte[1000]);
    Path lease = Files.createDirectories(folder.resolve(".hf.converting/_lease"));
    LeaseHolder here = LeaseHolder.here("prepare-model");
    LeaseHolder dead =
        new LeaseHolder(
            "dead",
            "app",
            here.host(),
            here.machine(),
            here.pid(),
            here.pidNamespace(),
            "2001-01-01T00:00:00Z",
            "");
    Files.writeString(lease.resolve("dead.json"), Json.write(dead));
    Path older = Files.createDirectory(folder.resolve(".hf.partial-0f-1"));

    CommandLineRun run = convert(model("llava"), "hf");

    assertThat(run.code()).as(run.err()).isZero();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(folder.resolve("hf"), older);
    }
    assertThat(run.err()).contains(older + " is left by an earlier version; delete it");
    assertThat(folder.resolve("hf/config.json")).exists();
  }

  @Test
  void aSecondConversionToTheSameFolderIsRefusedAndLeavesTheFirstOne() throws IOException {
    org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(folder.resolve("hf").toUri());
    try (UnfinishedFolder first =
        UnfinishedFolder.beside(output, "converting", output.getFileSystem(new Configuration()))) {
      first.take(LeaseHolder.here("first"), LeasedWork.FOLDER);
      Path begun = Files.createDirectories(folder.resolve(".hf.converting/an-attempt"));

      CommandLineRun second = convert(model("llava"), "hf");

      assertThat(second.code()).isNotZero();
      assertThat(second.err())
          .contains("Cannot write this folder: application first on ", "name another folder as");
      assertThat(begun).exists();
      first.check();
    }
  }

  /** The predictions, without the model's name. */
  private List<String> predictions(String model, String output) throws IOException {
    return predictions(model, "vicuna_v1", output);
  }

  private List<String> predictions(String model, String conversation, String output)
      throws IOException {
    String[] methods = {"none", "prumerge", "mmtok:tokens=10", "first:flops=@prumerge"};
    return predictions(model, conversation, output, methods);
  }

  private List<String> predictions(
      String model, String conversation, String output, String[] methods) throws IOException {
    AnswersOnly.run(
        LocalSpark.session(),
        arguments(model, output, List.of("--conv-mode", conversation), methods)
            .toArray(String[]::new));
    return SameResult.of(folder.resolve(output).toString()).stream()
        .map(row -> row.replaceAll("\"model\":\"[^\"]*\",?", ""))
        .toList();
  }

  private CommandLineRun evaluate(
      String model, String output, List<String> more, String... methods) {
    List<String> arguments = arguments(model, output, more, methods);
    arguments.add(0, "evaluate");
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private List<String> arguments(
      String model, String output, List<String> more, String... methods) {
    List<String> arguments = new ArrayList<>(List.of("--model", model));
    arguments.addAll(List.of("--examples", shared.resolve("examples").toString(), "--method"));
    arguments.addAll(List.of(methods));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-new-tokens", "6"));
    arguments.addAll(List.of("--output", folder.resolve(output).toString()));
    arguments.addAll(more);
    return arguments;
  }

  /** Of what transformers 5 saved, 4.57.1 would miss the parts of positions, and the bounds. */
  @ParameterizedTest
  @ValueSource(strings = {"qwen2_5_vl/untied", "qwen2_vl/tied"})
  void aQwenOfTransformers5IsWrittenForItsReleasesBeforeToo(String name) throws IOException {
    Path saved = LAYOUTS.resolveSibling("qwen-folders").resolve("saved").resolve(name);
    CommandLineRun run = convert(saved.toString(), "converted");
    assertThat(run.code()).as(run.err()).isZero();
    Path made = folder.resolve("converted");
    ObjectMapper json = new ObjectMapper();
    JsonNode text = json.readTree(made.resolve("config.json").toFile()).get("text_config");
    assertThat(text.at("/rope_scaling/mrope_section"))
        .hasSize(3)
        .isEqualTo(text.at("/rope_parameters/mrope_section"));
    assertThat(text.get("rope_theta").asInt()).isEqualTo(10_000);
    JsonNode images = json.readTree(made.resolve("preprocessor_config.json").toFile());
    assertThat(images.get("min_pixels")).isEqualTo(images.at("/size/shortest_edge"));
    assertThat(images.get("max_pixels")).isEqualTo(images.at("/size/longest_edge"));
    assertThat(Checkpoint.open(made).config()).isEqualTo(Checkpoint.open(saved).config());
    assertThat(SafetensorsHeader.read(made.resolve("model.safetensors")).tensors())
        .extracting(TensorEntry::name)
        .contains("model.layers.0.self_attn.q_proj.weight", "visual.merger.ln_q.weight");
  }

  /** With an adapter of peft; the names are those that transformers 4 and 5 write. */
  @Test
  void aQwen3OfTransformers5IsWrittenUnderItsNames() throws IOException {
    Path folders = LAYOUTS.resolveSibling("qwen-folders");
    Path saved = folders.resolve("saved/qwen3/tied");
    String adapter = folders.resolve("adapters/qwen3/tied").toString();
    CommandLineRun run = convert(saved + "+" + adapter, "converted");
    assertThat(run.code()).as(run.err()).isZero();
    Path made = folder.resolve("converted");
    assertThat(Checkpoint.open(made).config()).isEqualTo(Checkpoint.open(saved).config());
    assertThat(SafetensorsHeader.read(made.resolve("model.safetensors")).tensors())
        .extracting(TensorEntry::name)
        .containsExactlyInAnyOrderElementsOf(
            SafetensorsHeader.read(saved.resolve("model.safetensors")).tensors().stream()
                .map(TensorEntry::name)
                .toList());
    String[] methods = {
      "none", "fastervlm:attention=received,tokens=50%", "fastv:layer=1,tokens=2"
    };
    List<String> direct = predictions(saved + "+" + adapter, "qwen3_vl", "direct", methods);
    assertThat(direct).hasSize(12).noneMatch(row -> row.contains("\"error\""));
    assertThat(predictions(made.toString(), "qwen3_vl", "run", methods)).isEqualTo(direct);
    assertThat(predictions(saved.toString(), "qwen3_vl", "base", methods)).isNotEqualTo(direct);
  }

  /** The adapter's update is in the weights that are written. */
  @Test
  void anAdapterOfAQwenIsMerged() throws IOException {
    Path goldens = LAYOUTS.getParent();
    String base = goldens.resolve("qwen/qwen2_5_vl/untied").toString();
    String adapter = goldens.resolve("qwen-folders/adapters/qwen2_5_vl/untied").toString();
    CommandLineRun run = convert(base + "+" + adapter, "converted");
    assertThat(run.code()).as(run.err()).isZero();
    String[] methods = {"none", "divprune:tokens=50%"};
    List<String> direct = predictions(base + "+" + adapter, "qwen2_vl", "direct", methods);
    List<String> converted =
        predictions(folder.resolve("converted").toString(), "qwen2_vl", "run", methods);
    assertThat(converted).isEqualTo(direct);
    assertThat(predictions(base, "qwen2_vl", "base", methods)).isNotEqualTo(direct);
  }

  @Test
  void aQFormersTokenizerGoesWithIt() throws IOException {
    String model = LAYOUTS.resolveSibling("queries").resolve("instructblip").toString();
    CommandLineRun run = convert(model, "converted");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(names(folder.resolve("converted"))).contains("qformer_tokenizer");
    assertThat(names(folder.resolve("converted/qformer_tokenizer"))).contains("tokenizer.json");
    String[] methods = {"none", "fastv:layer=1,tokens=2"};
    List<String> direct = predictions(model, "instructblip", "direct", methods);
    assertThat(direct).hasSize(8).noneMatch(row -> row.contains("\"error\""));
    assertThat(direct).allMatch(row -> row.contains("\"visual_tokens_after\":5"));
    String converted = folder.resolve("converted").toString();
    assertThat(predictions(converted, "instructblip", "indirect", methods)).isEqualTo(direct);
  }

  /** Its files are those of its authors' layout, tensors under their names. */
  @Test
  void theFirstQwenKeepsItsLayout() throws IOException {
    String model =
        RandomFirstQwen.write(Files.createDirectory(folder.resolve("source"))).toString();
    CommandLineRun run = convert(model, "converted", "--dtype", "fp16");
    assertThat(run.code()).as(run.err()).isZero();
    Path converted = folder.resolve("converted");
    assertThat(names(converted))
        .contains("qwen.tiktoken", "tokenizer_config.json", "generation_config.json")
        .doesNotContain("tokenizer.json");
    JsonNode config = new ObjectMapper().readTree(converted.resolve("config.json").toFile());
    assertThat(config.get("fp16").asBoolean()).isTrue();
    assertThat(config.get("fp32").asBoolean()).isFalse();
    assertThat(convert(model, "same").code()).isZero();
    String[] methods = {"none", "fastv:layer=1,tokens=2"};
    List<String> direct = predictions(model, "qwen_vl", "direct", methods);
    assertThat(direct).isNotEmpty().noneMatch(row -> row.contains("\"error\""));
    assertThat(predictions(folder.resolve("same").toString(), "qwen_vl", "run", methods))
        .isEqualTo(direct);
    assertThat(evaluate(model, "patches", List.of(), "none", "prumerge").err())
        .contains("Cannot drop patches of a model whose queries make 4 tokens of all of them");
  }

  /** In the names that transformers writes, second vocabulary, resampler and blocks included. */
  @Test
  void anIdeficsStaysOne() throws IOException {
    Path model = LAYOUTS.resolveSibling("idefics").resolve("instruct");
    CommandLineRun run = convert(model.toString(), "converted");
    assertThat(run.code()).as(run.err()).isZero();
    Path converted = folder.resolve("converted");
    assertThat(tensors(converted)).containsExactlyInAnyOrderElementsOf(tensors(model));
    List<String> direct =
        predictions(model.toString(), "idefics_instruct", "direct", new String[] {"none"});
    assertThat(direct).noneMatch(row -> row.contains("\"error\""));
    assertThat(direct).allMatch(row -> row.contains("\"visual_tokens_after\":5"));
    assertThat(
            predictions(
                converted.toString(), "idefics_instruct", "indirect", new String[] {"none"}))
        .isEqualTo(direct);
    run = evaluate(model.toString(), "patches", List.of(), "none", "prumerge");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("Cannot drop patches of a model whose resampler makes 5 latents of all of them");
    run = evaluate(model.toString(), "cuts", List.of(), "fastv:layer=1,tokens=2");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("Cannot drop tokens inside the decoder of this model");
  }

  @Test
  void whatAQFormerHasNoPatchesForIsRefusedWhenARunIsPlanned() throws IOException {
    String model = LAYOUTS.resolveSibling("queries").resolve("instructblip").toString();
    CommandLineRun run = evaluate(model, "patches", List.of(), "none", "prumerge");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .contains("Cannot drop patches of a model whose queries make 5 tokens of all of them");
    run = evaluate(model, "first", List.of("--reduce-by", "first"), "fastv:layer=1,tokens=2");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("Cannot let the first question decide with ");
    assertThat(names(folder)).isEmpty();
  }

  @Test
  void aConvertedModelGivesTheSamePredictions() throws IOException {
    assertConversionChangesNothing("vicuna+lora");
  }

  @ParameterizedTest
  @ValueSource(strings = {"llava", "hf+patterns"})
  @Tag("soak")
  void soDoConvertedModelsOfOtherLayouts(String name) throws IOException {
    assertConversionChangesNothing(name);
  }

  private void assertConversionChangesNothing(String name) throws IOException {
    CommandLineRun run = convert(model(name), "converted", "--dtype", "fp32");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains(" MB of weights in fp32 -> " + folder.resolve("converted"));
    List<String> direct = predictions(model(name), "direct");
    assertThat(direct).hasSize(16).noneMatch(row -> row.contains("\"error\""));
    assertThat(predictions(folder.resolve("converted").toString(), "indirect")).isEqualTo(direct);
  }

  @Test
  @Tag("slow")
  void aConvertedShikraGivesTheSamePredictions() throws IOException {
    String source = FAMILIES.resolve("shikra").toString();
    assertThat(convert(source, "converted", "--dtype", "fp32").code()).isZero();
    List<String> direct = predictions(source, "shikra", "direct");
    assertThat(direct).hasSize(16).noneMatch(row -> row.contains("\"error\""));
    String converted = folder.resolve("converted").toString();
    assertThat(predictions(converted, "shikra", "indirect")).isEqualTo(direct);
    assertThat(names(folder.resolve("converted")))
        .contains("model.safetensors", "preprocessor_config.json", "tokenizer.json");
  }

  @Test
  @Tag("slow")
  void aConvertedLlavaOneVisionGivesTheSamePredictions() throws IOException {
    String source = FAMILIES.resolveSibling("onevision").resolve("untied").toString();
    assertThat(convert(source, "converted", "--dtype", "fp32").code()).isZero();
    // No method of a fixed number: views of these grids are many, and of 16 patches each.
    String[] methods = {"none", "fastv:layer=1,tokens=2", "vtw:layer=1"};
    List<String> direct = predictions(source, "qwen_1_5", "direct", methods);
    assertThat(direct).hasSize(12).noneMatch(row -> row.contains("\"error\""));
    String converted = folder.resolve("converted").toString();
    assertThat(predictions(converted, "qwen_1_5", "indirect", methods)).isEqualTo(direct);
    assertThat(names(folder.resolve("converted")))
        .contains("model.safetensors", "preprocessor_config.json", "tokenizer.json");
    CommandLineRun refused = evaluate(source, "refused", List.of(), "none", "prumerge");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("prumerge").contains("has none; use a method");
  }

  /**
   * Their tower's settings stand in another folder, and their tokenizer lacks the image's token.
   */
  @Test
  @Tag("slow")
  void aConvertedLlavaVideoGivesTheSamePredictions() throws IOException {
    String source = FAMILIES.resolveSibling("llava-video").resolve("checkpoint").toString();
    assertThat(convert(source, "converted", "--dtype", "fp32").code()).isZero();
    String[] methods = {"none", "fastv:layer=1,tokens=2"};
    List<String> direct = predictions(source, "qwen_1_5", "direct", methods);
    assertThat(direct).hasSize(8).noneMatch(row -> row.contains("\"error\""));
    Path converted = folder.resolve("converted");
    assertThat(predictions(converted.toString(), "qwen_1_5", "indirect", methods))
        .isEqualTo(direct);
    assertThat(Checkpoint.configuration(converted))
        .isEqualTo(Checkpoint.configuration(Path.of(source)));
    assertThat(names(converted)).doesNotContain("siglip-so-small");
  }

  /** Images of unequal size, under the names that transformers 4 writes. */
  @Test
  @Tag("slow")
  void aConvertedQwenGivesTheSamePredictions() throws IOException {
    String source = FAMILIES.resolveSibling("qwen").resolve("qwen2_5_vl/untied").toString();
    assertThat(convert(source, "converted", "--dtype", "fp32").code()).isZero();
    String[] methods = {"none", "divprune:tokens=33.3%", "fastv:layer=1,tokens=2"};
    List<String> direct = predictions(source, "qwen2_vl", "direct", methods);
    assertThat(direct).hasSize(12).noneMatch(row -> row.contains("\"error\""));
    Path converted = folder.resolve("converted");
    assertThat(predictions(converted.toString(), "qwen2_vl", "indirect", methods))
        .isEqualTo(direct);
    assertThat(tensors(converted)).containsExactlyInAnyOrderElementsOf(tensors(Path.of(source)));
    CommandLineRun refused = evaluate(source, "refused", List.of(), "none", "prumerge");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("prumerge").contains("has none; use a method");
  }

  /** InternVL's own layout becomes the folder that it was made of. */
  @Test
  @Tag("slow")
  void aConvertedInternVlGivesTheSamePredictions() throws IOException {
    Path source = FAMILIES.resolveSibling("intern").resolve("chat");
    CommandLineRun run = convert(source.toString(), "converted", "--dtype", "fp32");
    assertThat(run.code()).as(run.err()).isZero();
    String[] methods = {"none", "fastervlm:tokens=20%", "fastv:layer=1,tokens=2"};
    List<String> direct = predictions(source.toString(), "internvl2_5", "direct", methods);
    assertThat(direct).hasSize(12).noneMatch(row -> row.contains("\"error\""));
    Path converted = folder.resolve("converted");
    assertThat(predictions(converted.toString(), "internvl2_5", "indirect", methods))
        .isEqualTo(direct);
    Path twin = source.resolveSibling("large");
    assertThat(tensors(converted)).containsExactlyInAnyOrderElementsOf(tensors(twin));
    assertThat(Checkpoint.open(converted).config()).isEqualTo(Checkpoint.open(twin).config());
    assertThat(Checkpoint.open(converted).generation().eosTokenIds()).containsExactly(482);
    CommandLineRun refused =
        evaluate(source.toString(), "refused", List.of(), "none", "prunesid:tokens=20");
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("Cannot feed the class token");
  }

  private static List<String> tensors(Path model) {
    return SafetensorsHeader.read(model.resolve("model.safetensors")).tensors().stream()
        .map(TensorEntry::name)
        .toList();
  }

  @Test
  @Tag("soak")
  void tilesOfTheOriginalLayoutGiveThePredictionsOfTheirTwin() throws IOException {
    assertTilesAreThoseOfTheirTwin("next", "llava_v1");
  }

  @Test
  @Tag("soak")
  void soDoThoseOfMistral() throws IOException {
    assertTilesAreThoseOfTheirTwin("next-mistral", "mistral_instruct");
  }

  private void assertTilesAreThoseOfTheirTwin(String name, String conversation) throws IOException {
    Path own = OwnLayout.write(FAMILIES.resolve(name), folder);
    Path twin = OwnLayout.twin(FAMILIES.resolve(name), folder.resolve("twin"));
    List<String> expected = predictions(twin.toString(), conversation, "of-twin");
    assertThat(expected).hasSize(16).noneMatch(row -> row.contains("\"error\""));
    assertThat(predictions(own.toString(), conversation, "of-own")).isEqualTo(expected);
    CommandLineRun run = convert(own.toString(), "converted");
    assertThat(run.code()).as(run.err()).isZero();
    String converted = folder.resolve("converted").toString();
    assertThat(predictions(converted, conversation, "of-converted")).isEqualTo(expected);
  }

  /** Model, CLIP folder and output under another scheme, through Hadoop's file systems. */
  @Test
  void convertsOnAnotherFileSystem() throws IOException {
    Path own = OwnLayout.write(FAMILIES.resolve("next"), folder);
    Path clip = folder.resolve("clip-tiles");
    assertThat(convert(own.toString(), "here").code()).isZero();
    System.setProperty("spark.hadoop.fs.faulty.impl", FaultyFileSystem.class.getName());
    System.setProperty(ModelCache.DIRECTORY, folder.resolve("copies").toString());
    try {
      CommandLineRun run =
          CommandLineRun.of(
              "prepare-model",
              "--model",
              "faulty://" + own + "+faulty://" + clip,
              "--output",
              "faulty://" + folder.resolve("there"));
      assertThat(run.code()).as(run.err()).isZero();
    } finally {
      System.clearProperty("spark.hadoop.fs.faulty.impl");
      System.clearProperty(ModelCache.DIRECTORY);
    }
    assertThat(names(folder.resolve("there"))).isEqualTo(names(folder.resolve("here")));
    for (String name : names(folder.resolve("here"))) {
      assertThat(folder.resolve("there").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("here").resolve(name));
    }
  }

  /** transformers 4.57.1 would take 10000 for a theta that only rope_parameters states. */
  @Test
  void bothFormsOfARopeAreWritten() throws IOException {
    Path newer = Files.createDirectory(folder.resolve("newer"));
    for (String name : names(LAYOUTS.resolve("hf"))) {
      Files.copy(LAYOUTS.resolve("hf").resolve(name), newer.resolve(name));
    }
    ObjectMapper json = new ObjectMapper();
    for (String type : List.of("default", "linear")) {
      ObjectNode config = (ObjectNode) json.readTree(newer.resolve("config.json").toFile());
      ObjectNode text = (ObjectNode) config.get("text_config");
      text.remove(List.of("rope_theta", "rope_scaling"));
      text.putObject("rope_parameters")
          .put("rope_theta", 5000)
          .put("rope_type", type)
          .put("factor", 2);
      json.writeValue(newer.resolve("config.json").toFile(), config);
      CommandLineRun run = convert(newer.toString(), type);
      assertThat(run.code()).as(run.err()).isZero();
      Path made = folder.resolve(type);
      JsonNode written = json.readTree(made.resolve("config.json").toFile()).get("text_config");
      assertThat(written.get("rope_theta").asInt()).isEqualTo(5000);
      assertThat(written.get("rope_parameters")).isEqualTo(text.get("rope_parameters"));
      assertThat(written.path("rope_scaling").path("factor").asInt())
          .isEqualTo(type.equals("linear") ? 2 : 0);
      assertThat(Checkpoint.open(made).config().text().positions().rope())
          .isEqualTo(Checkpoint.open(newer).config().text().positions().rope());
    }
  }

  /** transformers 4.57.1 knows neither the class nor the place; both releases read the result. */
  @Test
  void whatTransformers5SavedIsWrittenForItsReleasesBeforeToo() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Path newer = Files.createDirectory(folder.resolve("newer"));
    for (String name : names(LAYOUTS.resolve("hf"))) {
      Files.copy(LAYOUTS.resolve("hf").resolve(name), newer.resolve(name));
    }
    Path images = newer.resolve("preprocessor_config.json");
    ObjectNode processor = json.createObjectNode().put("processor_class", "LlavaProcessor");
    JsonNode nested = json.readTree(images.toFile());
    processor.set("image_processor", nested);
    json.writeValue(newer.resolve("processor_config.json").toFile(), processor);
    Files.delete(images);
    Path tokenizer = newer.resolve("tokenizer_config.json");
    ObjectNode settings = (ObjectNode) json.readTree(tokenizer.toFile());
    settings.put("tokenizer_class", "TokenizersBackend").put("backend", "tokenizers");
    settings.putArray("extra_special_tokens").add("<image>");
    json.writeValue(tokenizer.toFile(), settings);

    CommandLineRun run = convert(newer.toString(), "older");
    assertThat(run.code()).as(run.err()).isZero();

    Path made = folder.resolve("older");
    assertThat(json.readTree(made.resolve("preprocessor_config.json").toFile())).isEqualTo(nested);
    JsonNode written = json.readTree(made.resolve("tokenizer_config.json").toFile());
    assertThat(written.get("tokenizer_class").asText()).isEqualTo("PreTrainedTokenizerFast");
    assertThat(written.has("extra_special_tokens")).isFalse();
    assertThat(written.at("/additional_special_tokens/0").asText()).isEqualTo("<image>");
    assertThat(pixels(made)).isEqualTo(pixels(newer));
  }

  /** Frames are other pixels than pictures, and their settings may be nested. */
  @Test
  void aVideoProcessorGoesAlong() throws IOException {
    Path source = FAMILIES.resolveSibling("video").resolve("odd");
    assertThat(convert(source.toString(), "copied").code()).isZero();
    assertThat(frame(folder.resolve("copied"))).isEqualTo(frame(source));

    ObjectMapper json = new ObjectMapper();
    Path newer = Files.createDirectory(folder.resolve("newer"));
    for (String name : names(source)) {
      Files.copy(source.resolve(name), newer.resolve(name));
    }
    Path images = newer.resolve("preprocessor_config.json");
    Path videos = newer.resolve("video_preprocessor_config.json");
    ObjectNode processor = json.createObjectNode();
    processor.set("image_processor", json.readTree(images.toFile()));
    processor.set("video_processor", json.readTree(videos.toFile()));
    json.writeValue(newer.resolve("processor_config.json").toFile(), processor);
    Files.delete(images);
    Files.delete(videos);
    assertThat(convert(newer.toString(), "older").code()).isZero();
    assertThat(frame(newer)).isEqualTo(frame(source));
    assertThat(frame(folder.resolve("older"))).isEqualTo(frame(source));
  }

  /** Returns what a LLaVA-OneVision sees of a small frame. */
  private static float[] frame(Path model) {
    VideoProcessor processor =
        Families.named("llava_onevision")
            .videoProcessor(Checkpoint.configuration(model), model)
            .orElseThrow();
    RgbImage frame = new RgbImage(2, 1, new byte[] {1, 20, 40, 80, 100, 120});
    return processor.bytes(frame, ViewGrid.video(2, 1, 1)).values();
  }

  /** Returns what a LLaVA sees of a small picture. */
  private static float[] pixels(Path model) {
    return Families.named("llava")
        .imageProcessors(Checkpoint.configuration(model), model, ImageAspect.PAD)
        .alone()
        .views(new RgbImage(2, 1, new byte[] {1, 20, 40, 80, 100, 120}))
        .get(0);
  }

  @Test
  @Tag("slow")
  void theOriginalGivesThePredictionsOfItsTwin() throws IOException {
    assertThat(predictions(model("llava"), "original")).isEqualTo(predictions(model("hf"), "twin"));
  }

  @Test
  void keepsTheTypeUnlessAnotherIsNamed() throws IOException {
    assertThat(convert(model("llava"), "own").code()).isZero();
    assertThat(Checkpoint.open(folder.resolve("own")).weightType()).isEqualTo(TensorType.F16);
    assertThat(convert(model("llava"), "other", "--dtype", "bf16").code()).isZero();
    assertThat(Checkpoint.open(folder.resolve("other")).weightType()).isEqualTo(TensorType.BF16);
    JsonNode config = new ObjectMapper().readTree(folder.resolve("other/config.json").toFile());
    assertThat(config.get("torch_dtype").asText()).isEqualTo("bfloat16");
    assertThat(config.get("text_config").get("vocab_size").asInt()).isEqualTo(384);
    assertThat(names(folder)).containsExactly("other", "own");
    assertThat(names(folder.resolve("own")))
        .containsExactly(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "preprocessor_config.json",
            "processor_config.json",
            "tokenizer.json",
            "tokenizer_config.json");
  }

  @Test
  void convertsAConvertedModelIntoItself() throws IOException {
    assertThat(convert(model("llava"), "one").code()).isZero();
    assertThat(convert(folder.resolve("one").toString(), "two").code()).isZero();
    for (String name : names(folder.resolve("one"))) {
      assertThat(folder.resolve("two").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("one").resolve(name));
    }
  }

  @Test
  void leavesNothingWhereItFails() throws IOException {
    Files.createDirectory(folder.resolve("there"));
    CommandLineRun run = convert(model("llava"), "there");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("exists already");
    run = convert(model("vicuna"), "new");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("a language model alone; add the LLaVA adapter");
    run = convert(folder.resolve("nowhere").toString(), "new");
    assertThat(run.err()).contains("there is no such folder");
    run = convert(model("hf+vicuna"), "new");
    assertThat(run.err()).contains("it is no adapter");
    assertThat(names(folder)).containsExactly("there");
  }

  @Test
  void saysWhereTheClipFolderBelongs() throws IOException {
    Path alone = Files.createDirectories(folder.resolve("elsewhere/llava"));
    for (String name : names(LAYOUTS.resolve("llava"))) {
      Files.copy(LAYOUTS.resolve("llava").resolve(name), alone.resolve(name));
    }
    CommandLineRun run = convert(alone.toString(), "new");
    assertThat(run.err())
        .contains("'openai/clip', which is never downloaded")
        .contains("put that CLIP model's folder to " + folder.resolve("elsewhere/clip"))
        .contains("as BASE+CLIP: hf download openai/clip, then BASE+hf:openai/clip");
    assertThat(convert(alone + "+" + LAYOUTS.resolve("clip"), "new").code()).isZero();
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }
}
