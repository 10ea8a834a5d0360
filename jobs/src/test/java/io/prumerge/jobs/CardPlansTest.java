package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.SparseWeights;
import io.prumerge.benchmark.file.PopeFiles;
import io.prumerge.checkpoint.TensorType;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Plans for GPUs that are not there, of checkpoints with LLaVA-1.5's dimensions whose weights are
 * holes in a file, and a benchmark of POPE's size: 500 pictures with 18 questions each.
 */
@Tag("spark")
class CardPlansTest {

  private static final Path CONF = Path.of(System.getProperty("project.root"), "conf");
  private static final Path SMALL = CONF.resolve("mini-llava");
  private static final int IMAGES = 500;
  private static final int QUESTIONS = 6; // of each of three settings

  @TempDir private static Path folder;

  @BeforeAll
  static void models() throws IOException {
    checkpoint("llava-1.5-7b", 4096, 11008, 32);
    checkpoint("llava-1.5-13b", 5120, 13824, 40);
    pope();
  }

  private static void checkpoint(String name, int width, int mlp, int layers) throws IOException {
    Path model = Files.createDirectories(folder.resolve(name));
    for (String same :
        List.of(
            "generation_config.json",
            "processor_config.json",
            "tokenizer_config.json",
            "tokenizer.json")) {
      Files.copy(SMALL.resolve(same), model.resolve(same));
    }
    ObjectMapper json = new ObjectMapper();
    ObjectNode config = (ObjectNode) json.readTree(SMALL.resolve("config.json").toFile());
    config.put("image_seq_length", 576);
    ((ObjectNode) config.get("text_config"))
        .put("hidden_size", width)
        .put("intermediate_size", mlp)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", width / 128)
        .put("num_key_value_heads", width / 128)
        .put("max_position_embeddings", 4096)
        .put("vocab_size", 32_064);
    ((ObjectNode) config.get("vision_config"))
        .put("hidden_size", 1024)
        .put("intermediate_size", 4096)
        .put("num_hidden_layers", 24)
        .put("num_attention_heads", 16)
        .put("projection_dim", 768)
        .put("image_size", 336);
    json.writeValue(model.resolve("config.json").toFile(), config);
    ObjectNode pixels =
        (ObjectNode) json.readTree(SMALL.resolve("preprocessor_config.json").toFile());
    pixels.putObject("size").put("shortest_edge", 336);
    pixels.putObject("crop_size").put("height", 336).put("width", 336);
    json.writeValue(model.resolve("preprocessor_config.json").toFile(), pixels);
    SparseWeights.write(model, TensorType.F16);
  }

  private static void pope() throws IOException {
    Path source = folder.resolve("source");
    Path pictures = Files.createDirectories(source.resolve("val2014"));
    List<String> questions = new ArrayList<>();
    Map<String, List<String>> labels = new LinkedHashMap<>();
    for (int i = 0; i < IMAGES; i++) {
      String name = i + ".png";
      BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(0, 0, i);
      ImageIO.write(picture, "png", pictures.resolve(name).toFile());
      for (String setting : List.of("random", "popular", "adversarial")) {
        List<String> own = labels.computeIfAbsent(setting, absent -> new ArrayList<>());
        for (int q = 0; q < QUESTIONS; q++) {
          String thing = List.of("dog", "cat", "car", "tree", "person", "bus").get(q);
          String text = "Is there a %s in the image?".formatted(thing);
          questions.add(PopeFiles.question(questions.size() + 1, name, text, setting));
          own.add(PopeFiles.label(own.size() + 1, name, text, "no"));
        }
      }
    }
    PopeFiles.questions(source, questions.toArray(String[]::new));
    for (Map.Entry<String, List<String>> one : labels.entrySet()) {
      PopeFiles.labels(source, one.getKey(), one.getValue().toArray(String[]::new));
    }
    PopeFiles.prepare(source, examples());
  }

  private static String examples() {
    return folder.resolve("pope").toString();
  }

  private static CommandLineRun plan(String... more) {
    String[] common = {
      "evaluate",
      "--model",
      folder.resolve("llava-1.5-7b").toString(),
      folder.resolve("llava-1.5-13b").toString(),
      "--examples",
      examples(),
      "--method",
      "none",
      "prumerge",
      "--output",
      folder.resolve("run").toString(),
      "--dry-run"
    };
    return CommandLineRun.of(Stream.of(common, more).flatMap(Stream::of).toArray(String[]::new));
  }

  @Test
  void thePagesTableIsTheCommands() throws IOException {
    CommandLineRun run =
        plan(
            "--dtype",
            "fp16",
            "--max-new-tokens",
            "16",
            "--hardware",
            "a10,a100-40gb,h100-sxm",
            "--cards",
            "1,8");
    assertThat(run.code()).as(run.err()).isZero();
    List<List<String>> printed =
        run.out()
            .lines()
            .dropWhile(line -> !line.startsWith("model ") || !line.contains("images at once"))
            .takeWhile(line -> !line.isBlank())
            .map(line -> List.of(line.strip().split(" {2,}")))
            .toList();
    assertThat(printed).hasSize(1 + 2 * 3 * 2);
    List<List<String>> page =
        Files.readAllLines(CONF.resolve("CARDS.md")).stream()
            .dropWhile(line -> !line.startsWith("| model |"))
            .takeWhile(line -> line.startsWith("|"))
            .filter(line -> !line.startsWith("|---"))
            .map(line -> Arrays.stream(line.split("\\|")).map(String::strip).skip(1).toList())
            .toList();
    assertThat(page).isEqualTo(printed);
  }

  @Test
  void aModelThatDoesNotFitIsSaidWithWhatDoes() {
    CommandLineRun run = plan("--dtype", "fp16", "--hardware", "a10", "--cards", "8");
    assertThat(run.problems())
        .singleElement()
        .asString()
        .contains(
            "llava-1.5-13b does not fit a10: its weights in fp16 take 26.7 GB and a CUDA context"
                + " 0.9, of 24.0 GB. More cards do not help, since each holds a whole model. Of"
                + " a100-40gb, ")
        .doesNotContain("rtx-4090")
        .endsWith("one is enough");
  }

  @Test
  void theDocumentHasThePlansToo() throws IOException {
    JsonNode cards = cards("--hardware", "t4,h100-sxm", "--max-new-tokens", "16");
    assertThat(cards).hasSize(4);
    JsonNode none = cards.get(0);
    assertThat(none.path("hardware").asText()).isEqualTo("t4");
    assertThat(none.path("dtype").asText()).isEqualTo("fp16");
    assertThat(none.path("weight_bytes").asLong()).isEqualTo(2 * 7_063_427_072L);
    assertThat(none.path("requests").asLong()).as("1.0 GB are left").isPositive();
    assertThat(cards.get(2).path("hours").isNull()).as("13B on a T4").isTrue();
    assertThat(cards.get(2).path("slots").asLong()).isZero();
    assertThat(cards()).isEmpty();
  }

  private static JsonNode cards(String... more) throws IOException {
    String[] json = Stream.concat(Stream.of(more), Stream.of("--json")).toArray(String[]::new);
    return new ObjectMapper().readTree(plan(json).out()).path("cluster").path("cards");
  }

  /** Between the weights and the first image there is little room. */
  @ParameterizedTest
  @CsvSource({"27.5, 0, false", "27.7, 1, false", "30.0, 1, true", "64.0, 10, true"})
  void aCardOfOnesOwnIsPlannedFor(double memory, long atLeast, boolean fits) throws IOException {
    Path own = folder.resolve("own-" + memory + ".yaml");
    Files.writeString(
        own,
        """
        mine:
          bandwidth_gb_per_s: 1000
          tera_per_s: {fp16: 100}
          memory_gb: %s
          source: a test
        """
            .formatted(memory));
    JsonNode large =
        cards("--hardware-file", own.toString(), "--hardware", "mine", "--max-new-tokens", "16")
            .get(1);
    assertThat(large.path("model").asText()).isEqualTo("llava-1.5-13b");
    assertThat(large.path("slots").asLong()).isGreaterThanOrEqualTo(atLeast);
    assertThat(large.path("requests").asLong() > 0).isEqualTo(fits);
  }

  @Test
  void cardsAreForDryRunsAndNeedNames() {
    assertThat(plan("--cards", "8").err()).contains("--cards is the number of each --hardware");
    assertThat(plan("--hardware", "a11").err()).contains("--hardware: ", "a11");
    assertThat(plan("--hardware-file", "own.yaml").err()).contains("only with --hardware");
    assertThat(plan("--hardware", "a10", "--quantize", "int8").err())
        .contains("Cannot plan for --hardware with --quantize int8");
    assertThat(
            CommandLineRun.of(
                    "evaluate",
                    "--model",
                    "m",
                    "--method",
                    "none",
                    "--output",
                    "o",
                    "--hardware",
                    "a10")
                .err())
        .contains("evaluate takes --hardware, --cards and --hardware-file only with --dry-run");
  }
}
