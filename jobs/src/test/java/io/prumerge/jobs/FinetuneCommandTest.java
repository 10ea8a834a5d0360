package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.prumerge.LocalSpark;
import io.prumerge.console.CodeDigest;
import io.prumerge.console.ExitCode;
import io.prumerge.finetune.BrokenRow;
import io.prumerge.finetune.StepRow;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.metric.ContrastResult;
import io.prumerge.mini.scene.PngWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trains adapters of the small checkpoint of the repository for a few steps. */
@Tag("spark")
class FinetuneCommandTest {

  private static final Path CONF = Path.of(System.getProperty("project.root"), "conf");
  private static final Path GOLDENS = CONF.resolveSibling("udfs/src/test/resources/goldens");
  private static final String WEIGHTS = "adapter_model.safetensors";
  private static final int PICTURES = 3;

  @TempDir private static Path data;
  @TempDir private Path folder;

  @BeforeAll
  static void makeData() throws IOException {
    LocalSpark.session();
    Random random = new Random(4);
    List<String> rows = new ArrayList<>();
    Files.createDirectories(data.resolve("p"));
    for (int picture = 0; picture < PICTURES; picture++) {
      byte[] pixels = new byte[3 * 168 * 168];
      for (int i = 0; i < pixels.length; i++) {
        int block = i / 3 / 168 / 24 * 7 + i / 3 % 168 / 24;
        pixels[i] = (byte) (37 * (picture + 1) * block + random.nextInt(20));
      }
      Files.write(
          data.resolve("p/" + picture + ".png"), PngWriter.write(new RgbImage(168, 168, pixels)));
      String image = "\"image\": \"p/" + picture + ".png\", ";
      rows.add(row("a" + picture, image, "<image>\\nWhat color is the circle?", "red"));
      rows.add(row("b" + picture, image, "<image>\\nHow many stars are there?", "3"));
    }
    rows.add(row("c", "", "Which option is red?\\nA. red\\nB. blue", "A"));
    Files.writeString(data.resolve("train.json"), "[" + String.join(",\n", rows) + "]");
    rows.add(1, row("broken", "\"image\": \"p/9.png\", ", "<image>\\nWhere?", "here"));
    rows.add(row("turns", "", "Where?", ""));
    Files.writeString(data.resolve("broken.json"), "[" + String.join(",\n", rows) + "]");
    Files.writeString(data.resolve("p/7.png"), "no image");
    rows.add(row("bytes", "\"image\": \"p/7.png\", ", "<image>\\nWhere?", "here"));
    Files.writeString(data.resolve("bytes.json"), "[" + String.join(",\n", rows) + "]");
  }

  private static String row(String id, String image, String question, String answer) {
    return """
    {"id": "%s", %s"conversations": [{"from": "human", "value": "%s"}, {"from": "gpt", "value": "%s"}]}\
    """
        .formatted(id, image, question, answer);
  }

  private CommandLineRun train(String output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "finetune",
                "--images=" + data,
                "--output=" + folder.resolve(output),
                "--rank=2",
                "--lr=1e-3",
                "--batch=4",
                "--device=cpu",
                "--dtype=fp32"));
    if (Arrays.stream(more).noneMatch(option -> option.startsWith("--data"))) {
      arguments.add("--data=" + data.resolve("train.json"));
    }
    if (Arrays.stream(more).noneMatch(option -> option.startsWith("--model"))) {
      arguments.add("--model=" + CONF.resolve("mini-llava"));
    }
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static void require(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  private List<Row> steps(String output) {
    return StepRow.TABLE
        .read(LocalSpark.session(), List.of(folder.resolve(output + "/training_steps").toString()))
        .orderBy("step")
        .collectAsList();
  }

  private List<String> left() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anAdapterIsTrainedAndLoads() throws IOException {
    CommandLineRun run = train("adapter", "--epochs=3");

    require(run);
    assertThat(run.err()).contains("adapter: 6 steps of 4 rows", "Training: 6 of 6 steps (100%), ");
    assertThat(run.out())
        .contains("Adapter: ")
        .containsPattern(
            "adapter: 6 steps on cpu in fp32; loss \\d+\\.\\d{4} at first,"
                + " \\d+\\.\\d{4} at the end; \\d+ answer tokens; 0 rows left out");
    Path adapter = folder.resolve("adapter");
    assertThat(left()).containsExactly("adapter");
    assertThat(adapter.resolve("adapter_config.json")).exists();
    assertThat(Files.readString(adapter.resolve("README.md")))
        .startsWith("---\nbase_model: ")
        .contains("| visual tokens | `prumerge` |", "| LoRA | rank 2, alpha 4, on q", "7 rows |");
    assertThat(Files.readString(adapter.resolve("training.json")))
        .contains("\"weights_sha256\" : ", "\"data_sha256\" : ", "\"steps\" : 6");
    List<Row> steps = steps("adapter");
    assertThat(steps).extracting(row -> row.getInt(0)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(steps).extracting(row -> row.getInt(1)).containsExactly(1, 1, 2, 2, 3, 3);
    assertThat(steps).allMatch(row -> row.getDouble(2) > 0 && row.getLong(3) > 0);

    CommandLineRun explained =
        CommandLineRun.of(
            "explain",
            "--model=" + CONF.resolve("mini-llava") + "+" + adapter,
            "--image=" + data.resolve("p/0.png"),
            "--prompt=What color is the circle?",
            "--method=prumerge",
            "--device=cpu",
            "--dtype=fp32",
            "--output=" + folder.resolve("explained"));
    require(explained);

    long bytes = Files.size(adapter.resolve(WEIGHTS));
    require(train("half", "--epochs=3", "--adapter-dtype=fp16"));
    assertThat(Files.size(folder.resolve("half").resolve(WEIGHTS)))
        .isBetween(bytes / 2, bytes / 2 + 10_000);

    assertThat(train("adapter", "--epochs=3").err()).contains("exists already; name a new folder");
    require(train("adapter", "--epochs=3", "--resume"));
    assertThat(train("adapter", "--epochs=3", "--resume", "--seed=1").err())
        .contains("Cannot resume", "with other settings: recipe was", "seed=1");

    Path image = data.resolve("p/0.png");
    Files.setLastModifiedTime(
        image, FileTime.fromMillis(Files.getLastModifiedTime(image).toMillis() + 2000));
    assertThat(train("adapter", "--epochs=3", "--resume").err())
        .contains("Cannot resume", "with other settings: images_sha256 was ");
  }

  /** Spark's jobs are cancelled as soon as there are further checkpoints. */
  @Test
  @Tag("slow")
  void aTrainingThatIsKilledAgainAndAgainEndsInTheSameBytes() throws Exception {
    String[] how = {"--steps=12", "--checkpoint-steps=2"};
    String[] again = {"--steps=12", "--checkpoint-steps=2", "--resume"};
    require(train("whole", how));
    Path unfinished = folder.resolve(".killed.training");
    int kills = 0;
    for (int after : new int[] {2, 6, 10}) {
      CompletableFuture<CommandLineRun> dying =
          CompletableFuture.supplyAsync(() -> train("killed", again));
      while (!dying.isDone()) {
        if (hasReached(unfinished, after)) {
          LocalSpark.session().sparkContext().cancelAllJobs();
        }
        Thread.sleep(2);
      }
      kills += dying.get().code() == ExitCode.FAILED ? 1 : 0;
    }
    assertThat(kills).isPositive();
    boolean toGo = Files.exists(unfinished);
    if (toGo) {
      assertThat(train("killed", how).err()).contains("has an unfinished training in");
    }
    CommandLineRun last = train("killed", again);
    require(last);
    if (toGo) {
      assertThat(last.err())
          .as("steps of earlier attempts count")
          .contains(" of them done", "Training: 12 of 12 steps (100%), ");
    }

    assertThat(folder.resolve("killed").resolve(WEIGHTS))
        .hasSameBinaryContentAs(folder.resolve("whole").resolve(WEIGHTS));
    assertThat(steps("killed")).isEqualTo(steps("whole"));
    assertThat(left()).containsExactly("killed", "whole");
  }

  @Test
  void aSecondDriverAndOtherWeightsAreRefused() throws Exception {
    Path base = folder.resolve("base");
    FileUtils.copyDirectory(CONF.resolve("mini-llava").toFile(), base.toFile());
    String[] how = {"--model=" + base, "--steps=500", "--checkpoint-steps=1", "--resume"};
    CompletableFuture<CommandLineRun> first =
        CompletableFuture.supplyAsync(() -> train("held", how));
    Path unfinished = folder.resolve(".held.training");
    while (!hasReached(unfinished, 1)) {
      assertThat(first).isNotDone();
      Thread.sleep(2);
    }
    CommandLineRun second = train("held", how);
    LocalSpark.session().sparkContext().cancelAllJobs();

    assertThat(second.code()).isEqualTo(ExitCode.FAILED);
    assertThat(second.err())
        .contains("Cannot go on with this training: application ", "name another folder as");
    assertThat(first.get().code()).isEqualTo(ExitCode.FAILED);
    assertThat(unfinished.resolve("_lease")).isEmptyDirectory();

    Path weights = base.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    assertThat(train("held", how).err())
        .contains("Cannot resume", "with other settings: weights_sha256 was ");
  }

  /** Cancels a training after its first checkpoint. */
  private Path interrupted(String output, String... how) throws Exception {
    CompletableFuture<CommandLineRun> run = CompletableFuture.supplyAsync(() -> train(output, how));
    Path unfinished = folder.resolve("." + output + ".training");
    while (!hasReached(unfinished, 1)) {
      assertThat(run).isNotDone();
      Thread.sleep(2);
    }
    LocalSpark.session().sparkContext().cancelAllJobs();
    assertThat(run.get().code()).isEqualTo(ExitCode.FAILED);
    return unfinished;
  }

  @Test
  void goesOnInAnotherEnvironmentOnlyWhereThatIsAllowedAndSaysSo() throws Exception {
    String[] how = {"--steps=40", "--checkpoint-steps=1", "--resume"};
    Path unfinished = interrupted("moved", how);
    Path environment = unfinished.resolve("environment-00000.json");
    String here = Files.readString(environment);
    assertThat(here)
        .contains(CodeDigest.ofTraining(), "\"java_version\" : \"" + Runtime.version() + "\"");
    Files.delete(unfinished.resolve(".environment-00000.json.crc"));
    Files.writeString(
        environment,
        here.replace(CodeDigest.ofTraining(), "0ld")
            .replace("\"libtorch_version\" : \"2", "\"libtorch_version\" : \"1")
            .replace("\"dtype\" : \"fp32\"", "\"dtype\" : \"bf16\""));

    CommandLineRun refused = train("moved", how);
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err())
        .contains(
            "Cannot resume ",
            " in another environment: code_sha256 was 0ld, is now " + CodeDigest.ofTraining(),
            "; libtorch_version was 1.",
            "; dtype was bf16, is now fp32; restore the old one, or continue with"
                + " --allow-code-change");
    assertThat(train("new", "--allow-code-change").err())
        .contains("--allow-code-change requires --resume");

    CommandLineRun allowed = train("moved", how[0], how[1], how[2], "--allow-code-change");
    require(allowed);
    assertThat(allowed.err()).contains("warning: the environment has changed: code_sha256 was 0ld");
    assertThat(Files.readString(folder.resolve("moved/training.json")))
        .containsSubsequence("\"environments\"", "0ld", CodeDigest.ofTraining());
    assertThat(left()).containsExactly("moved");
  }

  private static boolean hasReached(Path unfinished, int step) throws IOException {
    if (!Files.isDirectory(unfinished)) {
      return false;
    }
    String least = "checkpoint-%08d".formatted(step);
    try (Stream<Path> files = Files.list(unfinished)) {
      return files
          .map(file -> file.getFileName().toString())
          .anyMatch(name -> name.startsWith("checkpoint-") && name.compareTo(least) >= 0);
    } catch (NoSuchFileException e) {
      return false; // the training has ended meanwhile
    }
  }

  @Test
  @Tag("slow")
  void severalDevicesTakeTheStepsOfOne() throws IOException {
    require(train("one", "--steps=5"));
    require(train("two", "--steps=5", "--devices=3", "--checkpoint-steps=2"));

    List<Row> one = steps("one");
    List<Row> two = steps("two");
    assertThat(two).hasSameSizeAs(one);
    for (int i = 0; i < one.size(); i++) {
      assertThat(two.get(i).getDouble(2)).isCloseTo(one.get(i).getDouble(2), within(1e-5));
      assertThat(two.get(i).getLong(3)).isEqualTo(one.get(i).getLong(3));
      assertThat(two.get(i).getDouble(4)).isEqualTo(one.get(i).getDouble(4));
      double norm = one.get(i).getDouble(5);
      assertThat(two.get(i).getDouble(5)).isCloseTo(norm, within(1e-3 * norm));
    }
  }

  @Test
  void brokenRowsPreventATrainingOrAreListed() throws IOException {
    String broken = "--data=" + data.resolve("broken.json");
    CommandLineRun refused = train("refused", broken, "--steps=1");
    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .contains(
            "2 of 9 rows cannot be trained on: row 1 (broken): image_missing: no image 'p/9.png'",
            "row 8 (turns): row_turns: turn 1, the answer, is empty; mend them, or leave them out"
                + " with --skip-broken");
    assertThat(left()).isEmpty();

    String bytes = "--data=" + data.resolve("bytes.json");
    CommandLineRun skipped = train("skipped", bytes, "--epochs=2", "--skip-broken");
    require(skipped);
    assertThat(skipped.err()).contains("warning: 2 of 10 rows cannot be trained on");
    assertThat(
            BrokenRow.TABLE
                .read(
                    LocalSpark.session(), List.of(folder.resolve("skipped/broken_rows").toString()))
                .orderBy("row")
                .collectAsList())
        .extracting(row -> row.getLong(0) + " " + row.getString(2).split(":")[0])
        .containsExactly("1 image_missing", "8 row_turns", "9 image_unusable");
  }

  @Test
  void whatCannotBeTrainedIsRefused() throws IOException {
    assertThat(train("never", "--alpha=0").err()).contains("Cannot train with alpha 0");
    assertThat(train("never", "--method=fastv:layer=1").err())
        .contains("Cannot train with --method fastv:layer=1: ");
    assertThat(train("never", "--conv-mode=mistral_instruct").err())
        .contains("Cannot train with the conversation template 'mistral_instruct'");
    assertThat(train("never", "--sweep=x.yaml").err()).contains("No sweep file x.yaml here");
    assertThat(train("never", "--data=" + data).err())
        .contains("--data " + data + " is a folder; name the file in it");
    CommandLineRun json = train("never", "--data=" + data.resolve("p/7.png"));
    assertThat(json.err()).contains("7.png");
    assertThat(left()).doesNotContain("never");
  }

  /** By its settings alone: no weights are there, nor the adapter's. */
  @ParameterizedTest
  @CsvSource({
    "qwen/qwen2_vl/tied, qwen2_vl",
    "qwen/qwen2_5_vl/untied, qwen2_5_vl",
    "qwen3/tied, qwen3_vl",
    "onevision/tied, llava_onevision",
    "families/next, llava_next",
    "queries/blip2, blip-2",
    "opt/llava, llava",
    "intern/small, internvl",
  })
  void aModelWithoutGradientsIsRefusedByItsFamily(String model, String family) throws IOException {
    Path base = Files.createDirectory(folder.resolve("base"));
    for (String file : List.of("config.json", "preprocessor_config.json")) {
      Files.copy(GOLDENS.resolve(model).resolve(file), base.resolve(file));
    }
    CommandLineRun run = train("never", "--model=" + base);
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.problems())
        .singleElement(STRING)
        .startsWith(
            "prumerge-spark: Cannot train a model of the family "
                + family
                + ": there are gradients only for ");
    assertThat(left()).containsExactly("base");
  }

  @Tag("soak") // trains three adapters, and evaluates four models
  @Test
  void aSweepTrainsAndComparesWithTwins() throws IOException {
    Path world = folder.resolve("mini");
    require(
        CommandLineRun.of("mini", "--split=test", "--seed=5", "--images=4", "--output=" + world));
    require(
        CommandLineRun.of(
            "prepare",
            "--benchmark=pope",
            "--source=" + world.resolve("pope"),
            "--output=" + folder.resolve("pope")));
    Path file =
        Files.writeString(
            folder.resolve("s.yaml"),
            """
            model: %s
            data: %s
            images: [%s]
            trainings:
              - {method: [prumerge, "uniform:tokens=9"], rank: 2, batch: 4, steps: 3}
              - {method: prumerge, rank: 2, batch: 4, steps: 3, lr: 1.0e+30}
            examples: [pope]
            device: cpu
            dtype: fp32
            """
                .formatted(CONF.resolve("mini-llava"), data.resolve("train.json"), data));
    String output = "--output=" + folder.resolve("sweep");
    CommandLineRun run = CommandLineRun.of("finetune", "--sweep=" + file, output);
    require(run);
    assertThat(run.err())
        .contains(
            "warning: Cannot finish ", "-lr1" + "0".repeat(30) + "-", "try a lower learning rate");
    String contrasts = folder.resolve("sweep/evaluation/report/contrasts").toString();
    assertThat(
            ContrastResult.TABLE
                .read(LocalSpark.session(), List.of(contrasts))
                .select("a", "b")
                .distinct()
                .collectAsList())
        .extracting(Row::toString)
        .anyMatch(
            pair -> pair.matches("\\[mini-llava\\+prumerge-r2.* prumerge,mini-llava prumerge]"))
        .anyMatch(pair -> pair.contains("uniform:tokens=9,mini-llava uniform:tokens=9"));
    require(CommandLineRun.of("finetune", "--sweep=" + file, output, "--resume"));
    assertThat(folder.resolve("sweep/evaluation-2")).doesNotExist();
    Files.writeString(file, Files.readString(file).replace("tokens=9", "tokens=8"));
    require(CommandLineRun.of("finetune", "--sweep=" + file, output, "--resume"));
    assertThat(folder.resolve("sweep/evaluation-2/manifest.json"))
        .as("asks the new adapter")
        .content()
        .contains("uniform:tokens=8");
    assertThat(CommandLineRun.of("finetune", "--sweep=" + file, output, "--rank=3").err())
        .contains("leave out --rank, or write them there");
  }
}
