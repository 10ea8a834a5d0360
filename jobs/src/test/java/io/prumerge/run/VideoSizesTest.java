package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Videos, from folders of frames to answers, of models whose video processor has other settings
 * than the one of pictures; against transformers, by make_video_size_goldens.py.
 */
@Tag("spark")
@Tag("model")
class VideoSizesTest {

  private static final Path GOLDENS =
      Path.of(System.getProperty("project.root"), "udfs", "src", "test", "resources", "goldens");

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path temp;

  private static JsonNode goldens;

  /** Folders of the models by their names in the goldens. */
  private static final Map<String, Path> MODELS = new LinkedHashMap<>();

  @BeforeAll
  static void ask() throws IOException {
    LocalSpark.session();
    goldens = JSON.readTree(GOLDENS.resolve("video-sizes.json").toFile());
    for (String name : (Iterable<String>) () -> goldens.get("cases").fieldNames()) {
      MODELS.put(name, model(name));
    }
    List<String> rows = new ArrayList<>();
    for (String clip : List.of("5x10x9", "5x90x20")) {
      frames(clip);
      rows.add(
          "{\"id\": \"%1$s\", \"video\": \"%1$s\", \"q\": \"%2$s\", \"fps\": 2}"
              .formatted(clip, "Is there a dog in the image?"));
    }
    Files.write(temp.resolve("clips.jsonl"), rows);
    Files.writeString(
        temp.resolve("clips.yaml"),
        """
        name: clips
        data: clips.jsonl
        images: frames
        columns: {id: id, video: video, fps: fps, question: q}
        prompts: "{question}"
        """);
    require(
        CommandLineRun.of(
            "prepare",
            "--benchmark=" + temp.resolve("clips.yaml"),
            "--frames-by=lmms-eval",
            "--frames=5",
            "--output=" + temp.resolve("clips.examples")));
    require(evaluate("run", MODELS.values()));
  }

  private static Path model(String name) throws IOException {
    JsonNode files = goldens.get("files").path(name);
    if (files.isMissingNode()) {
      return GOLDENS.resolve(name);
    }
    Path folder = Files.createDirectories(temp.resolve(name.replace('/', '-')));
    try (Stream<Path> all = Files.list(GOLDENS.resolve(name))) {
      for (Path file : all.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    for (Map.Entry<String, JsonNode> file : files.properties()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());
    }
    return folder;
  }

  private static void frames(String clip) throws IOException {
    String[] sizes = clip.split("x");
    int width = Integer.parseInt(sizes[1]);
    Path folder = Files.createDirectories(temp.resolve("frames").resolve(clip));
    for (int number = 0; number < Integer.parseInt(sizes[0]); number++) {
      byte[] rgb = new byte[3 * width * Integer.parseInt(sizes[2])];
      for (int i = 0; i < rgb.length; i++) {
        int x = i / 3 % width;
        int y = i / 3 / width;
        rgb[i] = (byte) (7 * x + 13 * y + 31 * (i % 3) + x * y + number * (17 + 3 * x + 5 * y));
      }
      RgbImage frame = new RgbImage(width, rgb.length / 3 / width, rgb);
      Files.write(folder.resolve(number + ".png"), PngWriter.write(frame));
    }
  }

  private static CommandLineRun evaluate(String output, Iterable<Path> models, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--device=cpu", "--dtype=fp32"));
    models.forEach(model -> arguments.add("--model=" + model));
    arguments.add("--examples=" + temp.resolve("clips.examples"));
    arguments.add("--output=" + temp.resolve(output));
    arguments.addAll(List.of("--method=none", "--max-new-tokens=12", "--chunks=1"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static void require(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static List<Row> answers(String output, String model) {
    return Table.PREDICTIONS
        .read(LocalSpark.session(), List.of(temp.resolve(output).resolve("predictions").toString()))
        .where("model = '" + MODELS.get(model).getFileName() + "'")
        .selectExpr("question_id", "visual_tokens_before", "grid", "answer", "error")
        .collectAsList();
  }

  @Test
  void framesHaveTheSizesOfTheVideoProcessor() {
    for (String model : MODELS.keySet()) {
      List<Row> answers = answers("run", model);
      assertThat(answers).as(model).hasSize(2);
      for (Row row : answers) {
        JsonNode expected = goldens.get("cases").get(model).get(row.getString(0));
        if (expected == null) {
          continue; // the goldens of this family have the other clip alone
        }
        assertThat(row.getString(4)).isNull();
        assertThat(row.getInt(1)).as(model + row).isEqualTo(expected.get("tokens").intValue());
        assertThat(row.getString(3)).isEqualTo(expected.get("answer").textValue().strip());
        if (expected.has("grid")) {
          String grid = expected.get("grid").toString();
          assertThat("[" + row.getString(2).replace('x', ',') + "]").isEqualTo(grid);
        }
      }
    }
  }

  @Test
  void theRecordTellsWhatWasGivenFromWhatTheFilesSay() throws IOException {
    JsonNode runs = JSON.readTree(temp.resolve("run/manifest.json").toFile());
    JsonNode qwen = runs.get(0).get("configuration");
    assertThat(qwen.get("min_pixels").intValue()).isEqualTo(256);
    assertThat(qwen.get("max_pixels").intValue()).isEqualTo(1920);
    assertThat(qwen.get("frame_min_pixels").intValue()).isEqualTo(64);
    assertThat(qwen.get("frame_max_pixels").intValue()).isEqualTo(576);
    assertThat(qwen.get("left_to_model").toString())
        .isEqualTo("[\"image_aspect\",\"min_pixels\",\"max_pixels\",\"square\"]");
    JsonNode third = runs.get(2).get("configuration");
    assertThat(third.get("frame_max_pixels").intValue()).as("of all frames").isZero();
  }

  /** An earlier version gave frames the bounds of pictures, and its records tell neither. */
  @Test
  void aFormerRunThatShowedVideosAsPicturesIsToldAndNotResumed() throws IOException {
    Path former = temp.resolve("former");
    FileUtils.copyDirectory(temp.resolve("run").toFile(), former.toFile());
    asFormer(former.resolve("manifest.json"));

    CommandLineRun report =
        CommandLineRun.of("report", "--runs=" + former, "--output=" + temp.resolve("report"));
    require(report);
    String said =
        "an earlier version showed its videos within the bounds of pictures, 256 to 1920 pixels a"
            + " frame, where the model's video processor has 64 to 576 pixels";
    assertThat(report.problems().stream().filter(line -> line.contains(said)))
        .extracting(line -> line.split(":")[1].strip())
        .as("the frames of the others have bounds of their own")
        .containsExactly("qwen-qwen2_vl-tied", "qwen-qwen2_5_vl-tied");
    assertThat(Files.readString(temp.resolve("report/report.md"))).contains(said);

    Files.delete(former.resolve("_COMPLETE"));
    CommandLineRun resumed = evaluate("former", MODELS.values(), "--resume");
    assertThat(resumed.code()).isEqualTo(ExitCode.USAGE);
    assertThat(resumed.err())
        .contains(
            "--min-pixels of videos' frames was 256, is now 64;"
                + " --max-pixels of videos' frames was 1920, is now 576;"
                + " an earlier version showed its videos within the bounds of pictures, where the"
                + " model's video processor has others; give --min-pixels 256 and --max-pixels 1920"
                + " to go on like that, or start in a new folder");
  }

  private static void asFormer(Path manifest) throws IOException {
    JsonNode runs = JSON.readTree(manifest.toFile());
    for (JsonNode run : runs) {
      ((ObjectNode) run.get("configuration"))
          .remove(List.of("left_to_model", "frame_min_pixels", "frame_max_pixels"));
    }
    JSON.writeValue(manifest.toFile(), runs);
    Files.delete(manifest.resolveSibling(".manifest.json.crc"));
  }
}
