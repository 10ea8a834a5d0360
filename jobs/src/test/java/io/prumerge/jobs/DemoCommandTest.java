package io.prumerge.jobs;

import static org.apache.spark.sql.functions.countDistinct;
import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class DemoCommandTest {

  /** The folder with the checkpoints of this repository. */
  private static final Path CONF = Path.of(System.getProperty("project.root"), "conf");

  private static SparkSession spark;

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    spark = LocalSpark.session();
  }

  private static boolean onSpark4() {
    return spark.version().startsWith("4.");
  }

  private CommandLineRun demo(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "demo",
                "--model",
                CONF.resolve("mini-llava").toString(),
                "--tuned",
                CONF.resolve("mini-llava") + "+" + CONF.resolve("mini-llava-prumerge"),
                "--output",
                folder.resolve("out").toString()));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  /** On Spark 3 the tests of the distribution and of the notebooks look at a demo. */
  @Test
  @Tag("slow")
  @EnabledIf(value = "onSpark4", disabledReason = "runs on Spark 4")
  void comparesAllMethodsOnAllBenchmarks() throws Exception {
    CommandLineRun run = demo("--images", "8", "--seed", "3");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("What PruMerge costs and saves")
        .contains("The same on pages and charts")
        .contains("docvqa anls", "chartqa accuracy")
        .contains("Which tokens?")
        .contains("uniform:tokens=@prumerge");
    Path root = folder.resolve("out");
    Dataset<Row> efficiency = spark.read().parquet(root.resolve("report/efficiency").toString());
    assertThat(efficiency.select("benchmark").distinct().count()).isEqualTo(6);
    Dataset<Row> reading =
        spark.read().parquet(root.resolve("run-reading/report/efficiency").toString());
    assertThat(reading.select("benchmark").distinct().as(Encoders.STRING()).collectAsList())
        .containsExactlyInAnyOrder("docvqa", "chartqa");
    assertThat(reading.select("model", "method").distinct().count()).isEqualTo(2 * 3);
    assertThat(efficiency.where("model = 'mini-llava'").select("method").distinct().count())
        .isEqualTo(8);
    assertThat(
            efficiency.where("model = 'mini-llava-prumerge'").select("method").distinct().count())
        .isEqualTo(3);
    assertThat(
            efficiency
                .where(
                    "method IN ('prumerge', 'uniform:tokens=@prumerge', 'random:tokens=@prumerge',"
                        + " 'first:tokens=@prumerge')")
                .groupBy("model", "benchmark")
                .agg(countDistinct("visual_tokens_after_mean").as("counts"))
                .where("counts > 1")
                .count())
        .as("equal token counts")
        .isZero();
    RgbImage kept =
        ImageDecoder.decode(
            Files.readAllBytes(root.resolve("kept-patches.png")), ImageLimits.DEFAULT);
    assertThat(kept.width()).isEqualTo(5 * 168 + 4 * 8);
    assertThat(kept.height()).isEqualTo(4 * 168 + 3 * 8);
  }

  @Test
  void opensBothModelsBeforeTheFirstPicture() {
    CommandLineRun run =
        CommandLineRun.of(
            "demo",
            "--model=" + CONF.resolve("mini-llava"),
            "--tuned=" + CONF.resolve("mini-llava-prumerge"),
            "--output=" + folder.resolve("out"));

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .contains("mini-llava-prumerge: it is an adapter: write BASE+ADAPTER, with the model");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void refusesNoPictures() {
    CommandLineRun run = demo("--images", "7");

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains("--images must be at least 8, so that every benchmark has questions, it is 7");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
