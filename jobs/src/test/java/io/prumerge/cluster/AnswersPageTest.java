package io.prumerge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.prumerge.LocalSpark;
import io.prumerge.console.Console;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code jobs/TABLES.md} over a run: folders as they are, and the view answers. */
@Tag("process")
@Tag("slow")
class AnswersPageTest {

  private static final Path ROOT = Path.of(System.getProperty("project.root"));
  private static final Pattern BLOCK = Pattern.compile("```python\n(.*?)```", Pattern.DOTALL);
  private static final Pattern VIEW =
      Pattern.compile("CREATE OR REPLACE TEMPORARY VIEW.*?(?=\"\"\")", Pattern.DOTALL);

  private static final String EXPECTED =
      """
      import os, sys
      import pandas as pd
      import polars
      import prumerge_spark

      run = os.environ['RUN']
      key = ['benchmark', 'split', 'method', 'question_id']
      tables = prumerge_spark.load(run)
      expected = prumerge_spark.answers(run).to_pandas()
      columns = list(expected.columns)
      assert len(expected) == tables['predictions'].count_rows() > 0
      for name, table in tables.items():
          folder = run + ('/' if name in ['predictions', 'scores'] else '/report/') + name
          assert polars.read_parquet(folder).height == table.count_rows(), folder

      def check(answers):
          assert list(answers.columns) == columns, list(answers.columns)
          a, b = [one.sort_values(key).reset_index(drop=True) for one in [answers, expected]]
          a = a.astype(object).where(a.notna(), None)
          b = b.astype(object).where(b.notna(), None)
          pd.testing.assert_frame_equal(a, b)
          print('equal')

      assert expected.error.notna().any() and expected.score.notna().all()
      metrics = tables['metrics'].to_table().to_pandas().query("family == 'confirmatory'")
      assert not metrics.duplicated(['run_id', 'benchmark', 'split', 'method']).any()
      metrics = metrics[metrics.benchmark == 'vqav2']  # whose figure is the mean score
      assert len(metrics) == 2
      means = 100 * expected[expected.benchmark == 'vqav2'].groupby('method').score.mean()
      for row in metrics.itertuples():
          assert abs(means[row.method] - row.value) < 1e-9, row
      """;

  @TempDir private static Path temp;
  private static Path run;
  private static List<String> blocks;

  @BeforeAll
  static void evaluate() throws IOException {
    LocalSpark.session();
    Path data = temp.resolve("data");
    new MiniFolder(data, Console.SILENT).write(Split.TEST, 7, 2);
    try (Stream<Path> images = Files.list(data.resolve("vqav2/val2014"))) {
      Files.delete(images.sorted().findFirst().orElseThrow()); // its answers are errors
    }
    for (String benchmark : List.of("vqav2", "pope")) {
      ran(
          "prepare",
          "--benchmark",
          benchmark,
          "--source",
          data.resolve(benchmark).toString(),
          "--output",
          temp.resolve(benchmark).toString());
    }
    run = temp.resolve("run");
    ran(
        "evaluate",
        "--model",
        ROOT.resolve("udfs/src/test/resources/goldens/checkpoints/mha").toString(),
        "--examples",
        temp.resolve("vqav2").toString(),
        temp.resolve("pope").toString(),
        "--method",
        "none",
        "prumerge",
        "--max-new-tokens",
        "2",
        "--max-error-rate",
        "1",
        "--output",
        run.toString());
    String page = Files.readString(ROOT.resolve("jobs/TABLES.md"));
    Matcher found = BLOCK.matcher(page.substring(page.indexOf("\n## answers\n")));
    blocks = found.results().map(block -> block.group(1)).toList();
  }

  private static void ran(String... arguments) {
    CommandLineRun command = CommandLineRun.of(arguments);
    assertThat(command.code()).as(command.err()).isZero();
  }

  @Test
  void readersFindTheSameRowsInTheFoldersAsTheyAre() throws Exception {
    Python python =
        new Python(
            temp,
            Map.of(
                "RUN",
                run.toString(),
                "PYTHONPATH",
                temp + ":" + ROOT.resolve("notebooks/python")));
    Optional<String> lacks = python.lacks(ROOT.resolve("notebooks/requirements.txt"));
    assumeTrue(lacks.isEmpty(), () -> "no Python with polars: " + lacks.orElseThrow());
    assertThat(blocks).hasSize(1);
    Files.writeString(
        temp.resolve("readers.py"),
        EXPECTED
            + blocks.get(0)
            + "check(answers)\n"
            + "check(duckdb.sql('FROM answers').pl().to_pandas())\n");

    Python.Result read = python.module("readers");

    assertThat(read.exitCode()).as(read.printed()).isZero();
    assertThat(read.printed()).isEqualTo("equal\nequal");
  }

  @Test
  void sparkTakesTheViewAsItIs() {
    SparkSession spark = LocalSpark.session();
    for (String table : List.of("predictions", "scores", "report/metrics")) {
      spark
          .read()
          .parquet(run.resolve(table).toString())
          .createOrReplaceTempView(table.substring(table.indexOf('/') + 1));
    }
    Matcher view = VIEW.matcher(blocks.get(0));
    assertThat(view.find()).isTrue();
    spark.sql(view.group());
    Dataset<Row> answers = spark.table("answers");

    assertThat(answers.count()).isEqualTo(spark.table("predictions").count());
    assertThat(answers.where("score IS NULL OR prompt IS NULL").isEmpty()).isTrue();
    assertThat(
            answers
                .where("benchmark = 'vqav2'")
                .groupBy("method")
                .agg(Map.of("score", "avg"))
                .orderBy("method")
                .collectAsList())
        .extracting(row -> Math.round(1e9 * 100 * row.getDouble(1)))
        .isEqualTo(
            spark
                .table("metrics")
                .where("family = 'confirmatory' AND benchmark = 'vqav2'")
                .orderBy("method")
                .collectAsList()
                .stream()
                .map(row -> Math.round(1e9 * row.<Double>getAs("value")))
                .toList());
  }

  /** Hadoop's checksums of local files would be among them. */
  @Test
  void noHiddenFileLiesBesideATable() throws IOException {
    for (String folder : List.of("predictions", "scores", "report")) {
      try (Stream<Path> files = Files.walk(run.resolve(folder))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .anyMatch(name -> name.endsWith(".parquet"))
            .noneMatch(name -> name.startsWith("."));
      }
    }
  }
}
