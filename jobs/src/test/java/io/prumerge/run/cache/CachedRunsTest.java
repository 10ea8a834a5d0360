package io.prumerge.run.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Evaluation;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.jobs.SameResult;
import io.prumerge.run.AnswersOnly;
import io.prumerge.spark.version.Sequences;
import io.prumerge.store.Table;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests where keys and images go when runs share answers, and runs that are not alone. */
@Tag("spark")
class CachedRunsTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  /** Enough for a chunk of whole files. */
  private static final int IMAGES = 17;

  private static final int SIDE = 150;

  @TempDir private static Path temp;
  private static Path images;
  private static Path examples;

  /** The same with a file per image. */
  private static Path inFiles;

  @BeforeAll
  static void prepare() throws IOException {
    LocalSpark.session();
    images = Files.createDirectories(temp.resolve("images"));
    List<String> lines = new ArrayList<>();
    Random random = new Random(16);
    for (int i = 0; i < IMAGES; i++) {
      BufferedImage noise = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      for (int at = 0; at < SIDE * SIDE; at++) {
        noise.setRGB(at % SIDE, at / SIDE, random.nextInt());
      }
      ImageIO.write(noise, "png", images.resolve(i + ".png").toFile());
      lines.add(question(2 * i, i, "What is it?"));
      lines.add(question(2 * i + 1, i, "Is it red?"));
    }
    examples = prepared("all", lines);
    inFiles = temp.resolve("in-files");
    Table.EXAMPLES
        .read(LocalSpark.session(), List.of(examples.toString()))
        .coalesce(1)
        .write()
        .option("maxRecordsPerFile", 1)
        .parquet(inFiles.toString());
  }

  private static String question(int id, int image, String text) {
    return "{\"question_id\": %d, \"image\": \"%d.png\", \"text\": \"%s\"}"
        .formatted(id, image, text);
  }

  private static Path prepared(String name, List<String> lines) throws IOException {
    Path questions = Files.write(temp.resolve(name + ".jsonl"), lines);
    return CustomExamples.prepared(questions, images, temp.resolve(name + ".examples"));
  }

  private static List<String> arguments(Path examples, String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--model", MODEL));
    arguments.addAll(List.of("--max-new-tokens", "2", "--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of("--examples", examples.toString()));
    arguments.addAll(List.of("--output", temp.resolve(name).toString()));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static Path run(Path examples, String name, String... more) throws IOException {
    AnswersOnly.run(LocalSpark.session(), arguments(examples, name, more).toArray(String[]::new));
    return temp.resolve(name);
  }

  private static Dataset<Row> answers(Path run) {
    return Table.PREDICTIONS.read(
        LocalSpark.session(), List.of(run.resolve("predictions").toString()));
  }

  private static Dataset<Row> cached(Path cache) {
    return LocalSpark.session()
        .read()
        .option("recursiveFileLookup", "true")
        .parquet(cache.toString());
  }

  private static void assertOnlyTheSecondMethodIsAsked(Path second, Path without) {
    assertThat(SameResult.of(second.toString())).isEqualTo(SameResult.of(without.toString()));
    assertThat(answers(second).where("method = 'none' AND flops_executed > 0").count()).isZero();
    assertThat(answers(second).where("method = 'first:tokens=3' AND flops_executed = 0").count())
        .isZero();
  }

  @Test
  @Tag("soak")
  void neitherKeysReachTheDriverNorImagesAShuffle() throws IOException, TimeoutException {
    String cache = temp.resolve("cache").toString();
    String[] both = {"--method", "none", "first:tokens=3", "--chunks", "1"};
    Path without = run(inFiles, "without", both);
    Movements seen = new Movements();
    LocalSpark.session().sparkContext().addSparkListener(seen);
    try {
      run(inFiles, "first", "--method", "none", "--chunks", "1", "--answer-cache", cache);
      Path second =
          run(
              inFiles,
              "second",
              "--method",
              "none",
              "first:tokens=3",
              "--chunks=1",
              "--answer-cache",
              cache);
      LocalSpark.tellListeners();
      assertOnlyTheSecondMethodIsAsked(second, without);
    } finally {
      LocalSpark.session().sparkContext().removeSparkListener(seen);
    }

    assertThat(seen.queries).as("what is looked at").isNotEmpty();
    assertThat(seen.collected).doesNotContain("image_key", "key", "unanswered");
    assertThat(seen.queries)
        .filteredOn(plan -> plan.contains("image_key") || plan.contains("unanswered"))
        .isNotEmpty()
        .noneMatch(plan -> plan.contains("BroadcastExchange"));
    try (Stream<Path> files = Files.list(images)) {
      long all = files.mapToLong(file -> file.toFile().length()).sum();
      assertThat(seen.shuffled.get()).isPositive().isLessThan(all / 4);
    }
  }

  /** What Spark moves: to the driver, and between tasks. */
  private static final class Movements extends SparkListener {

    private final List<String> collected = new ArrayList<>();
    private final List<String> queries = new ArrayList<>();
    private final AtomicLong shuffled = new AtomicLong();

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      if (event instanceof SparkListenerSQLExecutionEnd end) {
        queries.add(end.qe().executedPlan().toString());
        boolean collects =
            end.executionName().isDefined() && end.executionName().get().startsWith("collect");
        // A key that occurs twice is looked for, and one is shown.
        if (collects && !end.qe().analyzed().toString().contains("GlobalLimit 1")) {
          for (Attribute column : Sequences.list(end.qe().analyzed().output())) {
            collected.add(column.name());
          }
        }
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      shuffled.addAndGet(end.taskMetrics().shuffleWriteMetrics().bytesWritten());
    }
  }

  @Test
  @Tag("soak")
  void rowsOfADataFrameAreFoundToo() throws IOException {
    Path cache = temp.resolve("of-rows");
    Path without = run(examples, "rows-without", "--method", "none", "first:tokens=3");
    run(examples, "rows-first", "--method", "none", "--answer-cache", cache.toString());

    Path second = temp.resolve("rows-second");
    Evaluation.of(LocalSpark.session())
        .model(MODEL)
        .examples(
            Table.EXAMPLES.read(LocalSpark.session(), List.of(examples.toString())).coalesce(3))
        .methods("none", "first:tokens=3")
        .maxNewTokens(2)
        .device("cpu")
        .dtype("fp32")
        .partitions(3)
        .answerCache(cache.toString())
        .output(second.toString())
        .run();

    assertOnlyTheSecondMethodIsAsked(second, without);
  }

  @Test
  @Tag("slow")
  void anImageIsKnownByItsBytesAndAskedAsAWhole() throws IOException {
    Path cache = temp.resolve("by-bytes");
    run(
        prepared("known", List.of(question(1, 0, "What is it?"), question(2, 1, "What is it?"))),
        "known",
        "--method=none",
        "--answer-cache=" + cache);
    Files.copy(images.resolve("0.png"), images.resolve("100.png"));
    Files.copy(images.resolve("1.png"), images.resolve("101.png"));

    Path copies =
        run(
            prepared(
                "copies",
                List.of(
                    question(5, 100, "What is it?"),
                    question(6, 101, "What is it?"),
                    question(7, 101, "Why?"))),
            "copies",
            "--method=none",
            "--answer-cache=" + cache);

    assertThat(answers(copies).where("flops_executed = 0").select("question_id").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("5");
    assertThat(cached(cache).select("prompt").collectAsList())
        .as("what was asked again is not added again")
        .hasSize(3);
  }

  @Test
  @Tag("soak")
  void twoRunsAtATimeShareACache() throws Exception {
    Path cache = temp.resolve("shared");
    ExecutorService two = Executors.newFixedThreadPool(2);
    try {
      List<Future<Path>> runs = new ArrayList<>();
      for (String name : List.of("one", "other")) {
        runs.add(two.submit(() -> run(examples, name, "--method=none", "--answer-cache=" + cache)));
      }
      assertThat(SameResult.of(runs.get(0).get().toString()))
          .isEqualTo(SameResult.of(runs.get(1).get().toString()));
    } finally {
      two.shutdown();
    }
    assertThat(cached(cache).count()).isBetween(2L * IMAGES, 4L * IMAGES);

    Path third = run(examples, "third", "--method=none", "--answer-cache=" + cache);

    assertThat(answers(third).count()).isEqualTo(2 * IMAGES);
    assertThat(answers(third).where("flops_executed > 0").count()).isZero();
  }

  @Test
  void aWriterThatWasInterruptedAddsNothing() throws IOException {
    Path cache = temp.resolve("interrupted");
    run(examples, "whole", "--method=none", "--answer-cache=" + cache);
    try (Stream<Path> models = Files.list(cache)) {
      Path part = models.findFirst().orElseThrow().resolve("without-success");
      Files.createDirectories(part.resolve("_temporary"));
      Files.writeString(part.resolve("part-00000.parquet"), "half");
    }

    Path again = run(examples, "again", "--method=none", "--answer-cache=" + cache);

    assertThat(answers(again).where("flops_executed > 0").count()).isZero();
  }

  @Test
  void aCacheOfAnEarlierVersionIsRefused() throws IOException {
    Path cache = temp.resolve("earlier");
    String model = "0123456789abcdef".repeat(4);
    Files.createDirectories(cache.resolve(model).resolve("part"));

    List<String> arguments =
        arguments(examples, "never", "--method=none", "--answer-cache=" + cache);
    arguments.add(0, "evaluate");
    CommandLineRun run = CommandLineRun.of(arguments.toArray(String[]::new));

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains(
            "--answer-cache "
                + cache
                + " holds answers of an earlier version, which have no hash of their image: "
                + model
                + "; name a new folder, or delete this one");
    assertThat(temp.resolve("never")).doesNotExist();
  }
}
