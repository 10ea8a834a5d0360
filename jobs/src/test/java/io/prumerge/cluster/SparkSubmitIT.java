package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.benchmark.Benchmark;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.package$;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import stranger.HowManyBenchmark;
import stranger.StrangersJar;

/** The two jars under spark-submit: exit codes, and a whole run from images to the report. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("process")
@Tag("slow")
class SparkSubmitIT {

  private static final Path CLUSTER = Path.of(System.getProperty("cluster.jar"));
  private static final Path CPU = Path.of(System.getProperty("cpu.jar"));
  private static final Path MODEL =
      Path.of(
          System.getProperty("project.root"), "udfs/src/test/resources/goldens/checkpoints/mha");

  @TempDir private static Path temp;
  private static Path images;
  private static Path questions;
  private static Path cache;
  private static SparkHome home;

  @BeforeAll
  static void makeABenchmark() throws IOException, InterruptedException {
    images = Files.createDirectories(temp.resolve("images"));
    questions = temp.resolve("questions.jsonl");
    cache = temp.resolve("djl");
    home = SparkHome.in(temp);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      BufferedImage image = new BufferedImage(32 + i, 24, BufferedImage.TYPE_INT_RGB);
      image.setRGB(i, i, 0xFF0000 >> 8 * i);
      ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
      lines.append(
          "{\"question_id\": %d, \"image\": \"%d.png\", \"text\": \"What is it?\"}\n"
              .formatted(i, i));
    }
    Files.writeString(questions, lines);
  }

  private static SparkSubmit submit(Map<String, String> environment) {
    return SparkSubmit.to("local[2]", temp, home, Map.of(), environment);
  }

  private static String[] evaluate(Path output, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of(
            "evaluate",
            "--model",
            MODEL.toString(),
            "--benchmark",
            "custom",
            "--source",
            questions.toString(),
            images.toString(),
            "--method",
            "none",
            "prumerge",
            "--dtype",
            "fp32",
            "--device",
            "cpu",
            "--max-new-tokens",
            "2",
            "--output",
            output.toString()));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static void assertRan(SparkSubmit.Result result) {
    assertThat(result.exitCode()).as(result.out() + result.err()).isZero();
  }

  private static void assertComplete(Path run) throws IOException {
    assertThat(run.resolve("_COMPLETE")).exists();
    for (String table : List.of("predictions", "report/metrics", "report/efficiency")) {
      try (Stream<Path> files = Files.walk(run.resolve(table))) {
        assertThat(files).anyMatch(file -> file.toString().endsWith(".parquet"));
      }
    }
  }

  @Test
  @Order(1)
  void helpAndVersionAreZero() throws Exception {
    SparkSubmit.Result help = submit(Map.of()).run(CLUSTER, "--help");
    assertRan(help);
    assertThat(help.out()).contains("prepare", "evaluate", "demo");
    SparkSubmit.Result version = submit(Map.of()).run(CLUSTER, "--version");
    assertRan(version);
    assertThat(version.out())
        .startsWith("prumerge-spark ")
        .contains("Spark " + package$.MODULE$.SPARK_VERSION() + " (built for 3.5)")
        .doesNotContain("development");
  }

  @Test
  @Order(1)
  void aWrongFlagIsTwoAndOneLineWhereSparkLogsAsItDoesByItself() throws Exception {
    SparkSubmit.Result result =
        submit(Map.of()).plain().run(CLUSTER, evaluate(temp.resolve("no-flag"), "--colour"));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .startsWith("prumerge-spark: Unknown option: '--colour'");
    assertThat(result.out()).isEmpty();
  }

  @Test
  @Order(1)
  void withoutSparkOneLineSaysHowToStart() throws Exception {
    Path err = temp.resolve("no-spark.log");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(java, "-jar", CLUSTER.toString(), "demo")
            .redirectError(err.toFile())
            .start();

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(Files.readAllLines(err))
        .singleElement()
        .asString()
        .startsWith("prumerge-spark: Spark is not on the class path")
        .contains("spark-submit --class io.prumerge.jobs.Main");
  }

  /** Another version's classes would fail later, in the middle of a run. */
  @Test
  @Order(1)
  void onAnotherSparkOneLineNamesBoth() throws Exception {
    Path older = Files.createDirectories(temp.resolve("older"));
    Files.writeString(older.resolve("spark-version-info.properties"), "version=3.4.4\n");
    SparkHome other =
        new SparkHome(home.folder(), older + File.pathSeparator + home.classPath(), home.options());

    SparkSubmit.Result result =
        SparkSubmit.to("local[2]", temp, other, Map.of(), Map.of()).run(CLUSTER, "--version");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .startsWith(
            "prumerge-spark: this jar was built for Spark 3.5 with Scala 2.12, and this is Spark"
                + " 3.4.4 with");
    assertThat(result.out()).isEmpty();
  }

  @Test
  @Order(1)
  void aBenchmarkComesByJars() throws Exception {
    Path source = Files.createDirectories(temp.resolve("how-many"));
    Files.writeString(
        source.resolve("how_many.jsonl"),
        "{\"id\": 7, \"picture\": \"a.jpg\", \"ask\": \"How many cats?\", \"count\": \"2\"}\n");
    Path answers = source.resolve("answers.jsonl");
    Files.writeString(answers, "{\"question_id\": 7, \"text\": \"There are 2.\"}\n");
    SparkSubmit.Result result =
        SparkSubmit.to(
                "local[2]",
                temp,
                home,
                Map.of(
                    "spark.jars",
                    StrangersJar.of(temp, Benchmark.class, HowManyBenchmark.class).toString()),
                Map.of())
            .run(
                CLUSTER,
                "score",
                "--benchmark",
                "how-many",
                "--answers",
                answers.toString(),
                "--source",
                source.toString(),
                "--json");
    assertRan(result);
    assertThat(result.out()).contains("\"accuracy\" : 100.0");
  }

  @Test
  @Order(2)
  void theCpuJarNeedsNothingElse() throws Exception {
    Path run = temp.resolve("cpu-run");
    SparkSubmit.Result result =
        submit(Map.of("DJL_CACHE_DIR", cache.toString()))
            .plain()
            .run(CPU, evaluate(run, "--chunks", "2", "--verbose"));
    assertRan(result);
    assertComplete(run);
    assertThat(milestones(result))
        .as("three questions, two methods")
        .containsExactlyInAnyOrder(
            "event=plan run_id=RUN output=file:%s models=1 images=3 answers=6 chunks=2 committed=0"
                .formatted(run),
            "event=chunk_started run_id=RUN chunk=0",
            "event=chunk_started run_id=RUN chunk=1",
            "event=chunk_committed run_id=RUN chunk=0 rows=4 errors=0 ms=N",
            "event=chunk_committed run_id=RUN chunk=1 rows=2 errors=0 ms=N",
            "event=report run_id=RUN output=file:%s/report rows=6 errors=0 ms=N".formatted(run));
  }

  /** What follows the log's own columns, without what no two runs share. */
  private static List<String> milestones(SparkSubmit.Result result) {
    return result
        .err()
        .lines()
        .filter(line -> line.contains("event="))
        .map(line -> line.replaceFirst(".* Milestone: ", ""))
        .map(line -> line.replaceFirst("run_id=[-0-9a-f]+", "run_id=RUN"))
        .map(line -> line.replaceFirst("ms=\\d+$", "ms=N"))
        .toList();
  }

  @Test
  @Order(3)
  void theClusterJarTakesTheLibtorchItIsToldAndIsQuietWithoutSettings() throws Exception {
    Path folder = Files.createDirectories(temp.resolve("libtorch"));
    // DJL loads whatever lies in the folder, so nothing but libtorch may: a second tokenizers
    // library in one JVM would share the first one's native methods.
    try (Stream<Path> extracted = Files.walk(cache.resolve("pytorch"))) {
      for (Path library : extracted.filter(Files::isRegularFile).toList()) {
        String name = library.getFileName().toString();
        if (!name.contains("djl")) {
          Files.createLink(folder.resolve(name), library);
        }
      }
    }
    Path run = temp.resolve("cluster-run");
    SparkSubmit.Result result =
        submit(
                Map.of(
                    "PYTORCH_LIBRARY_PATH",
                    folder.toString(),
                    "DJL_CACHE_DIR",
                    temp.resolve("djl-2").toString()))
            .plain()
            .run(CLUSTER, evaluate(run));
    assertRan(result);
    assertComplete(run);
    assertThat((result.out() + result.err()).lines())
        .hasSizeLessThanOrEqualTo(30)
        .noneMatch(line -> line.contains(" INFO "))
        .anyMatch(line -> line.startsWith("Answering: 6 of 6 answers (100%), "));
  }

  @Test
  @Order(3)
  void withoutLibtorchOneLineSaysWhatToDo() throws Exception {
    SparkSubmit.Result result =
        submit(Map.of("DJL_CACHE_DIR", temp.resolve("djl-3").toString()))
            .run(CLUSTER, evaluate(temp.resolve("no-run")));
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("Cannot load libtorch", "-cpu jar", "PYTORCH_LIBRARY_PATH");
    assertThat(temp.resolve("no-run/_COMPLETE")).doesNotExist();
  }
}
