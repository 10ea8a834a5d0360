package io.prumerge.run.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.UsageException;
import io.prumerge.host.Processor;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.jobs.SameResult;
import io.prumerge.run.AnswersOnly;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.spark.version.Sequences;
import io.prumerge.store.Folders;
import io.prumerge.store.Json;
import io.prumerge.store.Table;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.commons.io.FileUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests runs that share answers. */
@Tag("spark")
class AnswerCacheTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  /** Two images with two questions each, a broken one, and a question without an image. */
  private static final int QUESTIONS = 6;

  private static final int ERRORS = 1;

  private static final String MARKS = "mapreduce.fileoutputcommitter.marksuccessfuljobs";

  @TempDir private static Path temp;
  private static Path examples;

  /** Left by a run under {@code none}. */
  private static Path filled;

  @BeforeAll
  static void prepare() throws IOException {
    LocalSpark.session();
    Path images = Files.createDirectories(temp.resolve("images"));
    for (int i = 0; i < 2; i++) {
      BufferedImage picture = new BufferedImage(20, 20 + i, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(i, i, 0xFFAA00);
      ImageIO.write(picture, "png", images.resolve(i + ".png").toFile());
    }
    Files.write(images.resolve("broken.png"), new byte[] {1, 2, 3});
    Path questions =
        Files.writeString(
            temp.resolve("questions.jsonl"),
            """
            {"question_id": 1, "image": "0.png", "text": "What is it?"}
            {"question_id": 2, "image": "0.png", "text": "Is it red?"}
            {"question_id": 3, "image": "1.png", "text": "What is it?"}
            {"question_id": 4, "image": "1.png", "text": "Is it red?"}
            {"question_id": 5, "image": "broken.png", "text": "What is it?"}
            {"question_id": 6, "text": "What is it?"}
            """);
    examples = CustomExamples.prepared(questions, images, temp.resolve("examples"));
    filled = temp.resolve("filled");
    run("first", "--method", "none", "--answer-cache", filled.toString());
  }

  /** Returns a copy of the filled cache. */
  private static Path copy(String name) throws IOException {
    Path copy = temp.resolve(name);
    FileUtils.copyDirectory(filled.toFile(), copy.toFile());
    return copy;
  }

  private static List<String> arguments(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--model", MODEL, "--max-new-tokens", "3"));
    arguments.addAll(List.of("--output", temp.resolve(name).toString(), "--max-error-rate", "1"));
    if (!List.of(more).contains("--examples")) {
      arguments.addAll(List.of("--examples", examples.toString()));
    }
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static CommandLineRun evaluate(String name, String... more) {
    List<String> arguments = arguments(name, more);
    arguments.add(0, "evaluate");
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static Path run(String name, String... more) throws IOException {
    List<String> arguments = arguments(name, more);
    arguments.addAll(List.of("--device", "cpu"));
    if (!List.of(more).contains("--dtype")) {
      arguments.addAll(List.of("--dtype", "fp32"));
    }
    AnswersOnly.run(LocalSpark.session(), arguments.toArray(String[]::new));
    return temp.resolve(name);
  }

  /** Counts the answers without an error that meet a condition. */
  private static long answered(Path run, String where) {
    return Table.PREDICTIONS
        .read(LocalSpark.session(), List.of(run.resolve("predictions").toString()))
        .where("error IS NULL")
        .where(where)
        .count();
  }

  private static Dataset<Row> cached(Path cache) {
    return LocalSpark.session()
        .read()
        .option("recursiveFileLookup", "true")
        .parquet(cache.toString());
  }

  @Test
  void aFileIsNoCache() throws IOException {
    String file = Files.createFile(temp.resolve("file")).toString();
    Folders folders = Folders.withoutSpark(Console.SILENT);

    assertThatThrownBy(() -> AnswerCache.root(folders, Optional.of(file)))
        .isInstanceOf(UsageException.class)
        .hasMessageEndingWith(" %s is a file; name a folder", file);
  }

  @Test
  void aRunAsksOnlyWhatNoOtherHasAnswered() throws IOException {
    Path cache = copy("cache");
    Path without = run("without", "--method", "none", "prumerge");
    assertThat(cached(cache).count()).as("no error is kept").isEqualTo(QUESTIONS - ERRORS);

    Path second = run("second", "--method", "none", "prumerge", "--answer-cache", cache.toString());

    assertThat(SameResult.of(second.toString())).isEqualTo(SameResult.of(without.toString()));
    assertThat(answered(second, "method = 'none' AND flops_executed = 0"))
        .as("found")
        .isEqualTo(QUESTIONS - ERRORS);
    assertThat(answered(second, "method = 'prumerge' AND flops_executed = 0"))
        .as("new answers; the text-only question was asked once for both methods")
        .isZero();
    assertThat(cached(cache).count()).isEqualTo(2 * (QUESTIONS - ERRORS));
    assertThat(cached(cache).select("key").distinct().count()).isEqualTo(2 * (QUESTIONS - ERRORS));

    Path third = run("third", "--method", "none", "prumerge", "--answer-cache", cache.toString());
    assertThat(SameResult.of(third.toString())).isEqualTo(SameResult.of(without.toString()));
    assertThat(answered(third, "flops_executed > 0")).as("nothing is left to ask").isZero();

    Path otherwise =
        run("otherwise", "--method", "none", "--dtype", "bf16", "--answer-cache", cache.toString());
    assertThat(answered(otherwise, "flops_executed = 0")).as("another arithmetic").isZero();
    try (Stream<Path> models = Files.list(cache)) {
      assertThat(models).hasSize(2);
    }
  }

  /** Both ways to multiply are models of their own, of which only one is in the cache. */
  @Test
  void aQuantizedModelIsAnother() throws IOException {
    assumeThat(Processor.ofHost().multipliesInt8()).isTrue();
    String[] both = {
      "--method", "none", "--quantize", "none", "int8", "--answer-cache", copy("ofBoth").toString()
    };
    Path run = run("both", both);
    String plain = "model NOT LIKE '%-int8' AND dtype = 'fp32' AND flops_executed = 0";
    String int8 = "model LIKE '%-int8' AND dtype = 'fp32+int8' AND flops_executed > 0";
    assertThat(answered(run, plain)).as("found").isEqualTo(QUESTIONS - ERRORS);
    assertThat(answered(run, int8)).as("asked").isEqualTo(QUESTIONS - ERRORS);

    CommandLineRun resumed =
        evaluate(
            "first",
            "--method",
            "none",
            "--device",
            "cpu",
            "--dtype",
            "fp32",
            "--quantize",
            "int8",
            "--answer-cache",
            filled.toString(),
            "--resume");
    assertThat(resumed.code()).isEqualTo(ExitCode.USAGE);
    assertThat(resumed.err()).contains("--quantize was none, is now int8");
  }

  /** Keys are hashes, so a chunk's answers may be in any of the cache's files. */
  @Test
  void theCacheIsLookedThroughOnceForAllChunks() throws IOException, TimeoutException {
    Path cache = copy("scanned");
    Scans scans = new Scans(cache.toUri().getPath());
    LocalSpark.session().sparkContext().addSparkListener(scans);
    try {
      Path found =
          run("chunks", "--method", "none", "--chunks", "3", "--answer-cache", cache.toString());
      LocalSpark.tellListeners();
      assertThat(scans.count).hasValue(1);
      assertThat(answered(found, "flops_executed > 0")).isZero();
      try (Stream<Path> files = Files.list(found.resolve("_chunks"))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .as("found answers are deleted")
            .noneMatch(name -> name.startsWith("found"));
      }
    } finally {
      LocalSpark.session().sparkContext().removeSparkListener(scans);
    }
  }

  /** Counts the queries that read from a folder. */
  private static final class Scans extends SparkListener {

    private final String folder;
    private final AtomicInteger count = new AtomicInteger();

    Scans(String folder) {
      this.folder = folder;
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof SparkListenerSQLExecutionEnd end
          && Sequences.list(end.qe().optimizedPlan().collectLeaves()).stream()
              .anyMatch(this::isOfTheFolder)) {
        count.incrementAndGet();
      }
    }

    private boolean isOfTheFolder(LogicalPlan leaf) {
      return leaf instanceof LogicalRelation relation
          && relation.relation() instanceof HadoopFsRelation files
          && Sequences.list(files.location().rootPaths()).stream()
              .anyMatch(path -> path.toString().contains(folder));
    }
  }

  @Test
  void aDamagedPartIsNamed() throws IOException {
    Path cache = copy("damaged");
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
        Files.write(file, new byte[] {1, 2, 3});
      }
    }

    CommandLineRun run =
        evaluate(
            "reader",
            "--device=cpu",
            "--dtype=fp32",
            "--method=none",
            "--answer-cache=" + cache.toString());

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(run.err().lines().reduce((first, last) -> last).orElseThrow())
        .startsWith("prumerge-spark: ")
        .contains(cache.toString(), ".parquet is not a Parquet file");
  }

  /** All questions about an image go by its first one, so their answers depend on it. */
  @Test
  @Tag("slow")
  void answersByTheFirstQuestionAreNotThoseByEach() throws IOException {
    Path cache = temp.resolve("by-first");
    String[] fastv = {"--method=fastv:layer=1,tokens=9", "--answer-cache", cache.toString()};
    run("by-each", fastv);
    String[] byFirst = {fastv[0], fastv[1], fastv[2], "--reduce-by=first"};

    Path first = run("by-first-once", byFirst);
    Path again = run("by-first-again", byFirst);

    assertThat(answered(first, "flops_executed = 0 AND image_id IS NOT NULL")).isZero();
    assertThat(answered(again, "flops_executed > 0")).isZero();
    assertThat(SameResult.of(again.toString())).isEqualTo(SameResult.of(first.toString()));
    assertThat(manifest(first).at("/configuration/reduce_by").textValue()).isEqualTo("first");
  }

  @Test
  void whatAutoWouldBeMustBeNamed() {
    for (String[] named :
        new String[][] {{"--device", "cpu"}, {"--dtype", "fp32"}, {"--device", "auto"}}) {
      List<String> arguments = new ArrayList<>(List.of(named));
      arguments.addAll(List.of("--method", "none", "--answer-cache", "cache"));
      CommandLineRun run = evaluate("never", arguments.toArray(String[]::new));
      assertThat(run.code()).isEqualTo(ExitCode.USAGE);
      assertThat(run.err())
          .contains(
              "Cannot use --answer-cache with auto: set --device to cpu or cuda and --dtype to fp32");
    }
  }

  /** Two pictures under one name, neither with a hash. */
  @Test
  @Tag("slow")
  void anImageWithoutAHashGetsItsOwnAnswer() throws IOException {
    Path cache = temp.resolve("unhashed");
    Dataset<Row> rows =
        Table.EXAMPLES
            .read(LocalSpark.session(), List.of(examples.toString()))
            .where("image_id IN ('0.png', '1.png')")
            .withColumn("image_sha256", functions.expr("CAST(NULL AS STRING)"));
    Path first = evaluated(rows.where("image_id = '0.png'"), "unhashed-0", cache);
    Dataset<Row> other =
        rows.where("image_id = '1.png'").withColumn("image_id", functions.lit("0.png"));
    Path second = evaluated(other, "unhashed-1", cache);
    Path again = evaluated(other, "unhashed-2", cache);

    assertThat(answered(first, "flops_executed = 0")).isZero();
    assertThat(answered(second, "flops_executed = 0")).as("another picture").isZero();
    assertThat(answered(again, "true")).isPositive();
    assertThat(answered(again, "flops_executed > 0")).as("the same picture").isZero();
    assertThat(answered(again, "image_sha256 IS NULL")).isZero();
  }

  private static Path evaluated(Dataset<Row> rows, String name, Path cache) throws IOException {
    String table = temp.resolve(name + "-examples").toString();
    Table.EXAMPLES.write(rows, table);
    return run(name, "--method", "none", "--answer-cache", cache.toString(), "--examples", table);
  }

  /** Some committers write no _SUCCESS, and a setting forbids it to the others. */
  @Test
  @Tag("slow")
  void isUsedWithoutSparksOwnMarker() throws IOException {
    Configuration hadoop = LocalSpark.session().sparkContext().hadoopConfiguration();
    Path cache = temp.resolve("unmarked");
    String[] asked = {"--method", "none", "--answer-cache", cache.toString()};
    hadoop.setBoolean(MARKS, false);
    try {
      run("unmarked-first", asked);
      Path again = run("unmarked-again", asked);
      assertThat(answered(again, "flops_executed > 0")).isZero();
    } finally {
      hadoop.unset(MARKS);
    }
  }

  /** The folder's name is the hash of what answers depend on, executors' libraries among them. */
  @Test
  void aFolderIsOfOneLibtorchAndJava() throws IOException {
    JsonNode manifest = manifest(temp.resolve("first"));
    RunConfiguration configuration =
        Json.read(manifest.get("configuration").toString(), RunConfiguration.class);
    String libtorch = manifest.at("/environment/libtorch_version").textValue();
    String java = Runtime.version().toString();
    String folder = folder(configuration, libtorch, "true", "auto", java);

    assertThat(libtorch).startsWith("2.");
    assertThat(filled.resolve(folder)).isDirectory();
    assertThat(folder(configuration, "2.8.0", "true", "auto", java)).isNotEqualTo(folder);
    assertThat(folder(configuration, libtorch, "false", "auto", java)).isNotEqualTo(folder);
    assertThat(folder(configuration, libtorch, "true", "off", java)).isNotEqualTo(folder);
  }

  private static JsonNode manifest(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("manifest.json").toFile());
  }

  private static String folder(
      RunConfiguration configuration,
      String libtorch,
      String mklOnAmd,
      String packWeights,
      String java) {
    return "model-" + ModelKey.of(configuration, libtorch, mklOnAmd, packWeights, java).sha256();
  }
}
