package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.mini.MiniFolder;
import io.prumerge.run.MadeUpVideos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class MiniCommandTest {

  private static SparkSession spark;

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    spark = LocalSpark.session();
  }

  private CommandLineRun mini(String split, String images) {
    return CommandLineRun.of(
        "mini", "--split", split, "--seed", "5", "--images", images, "--output", output());
  }

  private String output() {
    return folder.resolve("out").toString();
  }

  @Test
  void writesTheTestSplitThatPrepareReads() {
    CommandLineRun run = mini("test", "25");

    assertThat(run.code()).isZero();
    assertThat(run.problems()).isEmpty();
    assertThat(run.out()).contains("25 pictures -> " + output());
    assertThat(Path.of(output()))
        .isDirectoryContaining(file -> file.endsWith(MiniFolder.MANIFEST))
        .isDirectoryNotContaining(file -> file.endsWith(MiniCommand.SCENES));

    CommandLineRun prepare =
        CommandLineRun.of(
            "prepare",
            "--benchmark",
            "pope",
            "--source",
            output() + "/pope",
            "--output",
            folder.resolve("examples").toString());

    assertThat(prepare.code()).as(prepare.err()).isZero();
    assertThat(prepare.problems()).as("no missing image").isEmpty();
    assertThat(
            spark
                .read()
                .parquet(folder.resolve("examples").toString())
                .filter("width = 168 and height = 168 and size(questions) = 18")
                .count())
        .isEqualTo(spark.read().parquet(folder.resolve("examples").toString()).count())
        .isPositive();
  }

  @Test
  void writesTheTrainSplitWithItsTable() throws IOException {
    CommandLineRun run = mini("train", "7");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(
            spark
                .read()
                .parquet(Path.of(output(), MiniCommand.SCENES).toString())
                .selectExpr("concat(scene_id, '-0')")
                .collectAsList())
        .hasSize(7)
        .allSatisfy(
            row ->
                assertThat(Files.readString(Path.of(output(), "train.json")))
                    .contains("\"id\":\"" + row.getString(0) + "\""));
  }

  @Test
  @Tag("model")
  void writesClipsThatEvaluateReads() {
    CommandLineRun run =
        CommandLineRun.of(
            "mini",
            "--video",
            "--split",
            "test",
            "--seed",
            "5",
            "--images",
            "4",
            "--output",
            output());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.problems()).isEmpty();
    assertThat(run.out())
        .contains("moving_direction         1 clips           2 questions")
        .endsWith("4 clips -> " + output() + System.lineSeparator());

    String asked = folder.resolve("run").toString();
    CommandLineRun evaluate =
        CommandLineRun.of(
            "evaluate",
            "--benchmark",
            "mvbench",
            "--source",
            output() + "/mvbench",
            "--frames",
            "8",
            "--frames-by",
            "lmms-eval",
            "--model",
            MadeUpVideos.MODEL.toString(),
            "--method",
            "none",
            "frames=4",
            "--output",
            asked,
            "--device",
            "cpu",
            "--dtype",
            "fp32");

    assertThat(evaluate.code()).as(evaluate.err()).isZero();
    assertThat(
            spark
                .read()
                .parquet(asked + "/predictions")
                .filter("error IS NULL AND protocol = 'lmms-eval:8'")
                .count())
        .as("two questions about each clip under each method")
        .isEqualTo(2 * 4 * 2);
  }

  @Test
  void refusesWhatItCannotDo() throws IOException {
    assertThat(mini("val", "7").err())
        .isEqualTo("prumerge-spark: --split: Unknown split 'val'; known: train, test\n");
    assertThat(mini("test", "0"))
        .isEqualTo(
            new CommandLineRun(
                ExitCode.USAGE, "", "prumerge-spark: --images must be at least 1, it is 0\n"));
    Files.createDirectory(Path.of(output()));
    assertThat(mini("test", "1").err())
        .isEqualTo(
            "prumerge-spark: --output %s exists already; name a new folder, results are never overwritten\n"
                .formatted(output()));
    assertThat(Path.of(output())).isEmptyDirectory();
  }

  @Test
  void anOutputThatCannotBeMadeIsOneLine() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    CommandLineRun run =
        CommandLineRun.of(
            "mini",
            "--split",
            "test",
            "--seed",
            "5",
            "--images",
            "1",
            "--output",
            file.resolve("out").toString());

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .startsWith("prumerge-spark: Cannot make " + file.resolve("out") + ": ");
  }
}
