package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.jobs.CommandLineRun;
import io.prumerge.metric.Metric;
import io.prumerge.prepare.TableBenchmark;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads, rescores and resumes what 4b7ee902 wrote of two benchmark files whose rules {@code letter}
 * and {@code yes-no} name no parser: then it was {@code mmmu}, and words between other characters
 * than letters. The answers came from a made-up server in all usual forms; the commands ran in
 * {@code /srv/prumerge}:
 *
 * <pre>
 * prepare --benchmark own/former.yaml --output former.examples
 * prepare --benchmark own/yesno.yaml --output yesno.examples
 * evaluate --model openai:http://127.0.0.1:18123/v1#m --examples former.examples yesno.examples
 *   --method none --chunks 1 --output run --max-new-tokens 8
 * </pre>
 */
@Tag("spark")
class FormerParsersTest {

  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private Path folder;

  @BeforeEach
  void copy() throws IOException {
    FormerFolder.copy("4b7ee902", folder);
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private CommandLineRun done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private CommandLineRun resumed(String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("evaluate", "--resume", "--output", place("run")));
    arguments.addAll(List.of("--model", "openai:http://127.0.0.1:18123/v1#m"));
    arguments.addAll(List.of("--examples", place("former.examples"), place("yesno.examples")));
    arguments.addAll(List.of("--method", "none", "--max-new-tokens", "8"));
    arguments.addAll(List.of(more));
    return done(arguments.toArray(String[]::new));
  }

  private void requireFormerMetrics(String report) {
    Dataset<Row> former = SPARK.read().parquet(place("former-report/metrics"));
    String[] columns = former.drop("run_id").columns();
    assertThat(SPARK.read().parquet(report + "/metrics").selectExpr(columns).collectAsList())
        .containsExactlyElementsOf(former.selectExpr(columns).collectAsList());
  }

  private void keepFormerReport() throws IOException {
    FileUtils.moveDirectory(
        folder.resolve("run/report").toFile(), folder.resolve("former-report").toFile());
  }

  @Test
  void theRunIsScoredAgainToTheSameFigures() throws IOException {
    keepFormerReport();
    Files.delete(folder.resolve("run/_COMPLETE"));
    FileUtils.deleteDirectory(folder.resolve("run/scores").toFile());
    FileUtils.deleteDirectory(folder.resolve("run/_tables").toFile());

    done("report", "--partial", "--runs", place("run"), "--output", place("report"));

    requireFormerMetrics(place("report"));
    assertThat(
            Metric.TABLE
                .read(SPARK, List.of(place("report/metrics")))
                .select("benchmark", "parser")
                .distinct()
                .sort("benchmark")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0) + " " + row.getString(1)))
        .as("what they meant is said now")
        .hasSize(2)
        .first()
        .isEqualTo("former mmmu");
  }

  @Test
  void theRunIsCompleteAndFinishedAlike() throws IOException {
    assertThat(resumed().out()).contains("is complete");

    keepFormerReport();
    Files.delete(folder.resolve("run/_COMPLETE"));
    resumed("--allow-code-change");

    requireFormerMetrics(place("run/report"));
  }

  /** A copy in a table's folder is read as it was, and nothing is written into it. */
  @Test
  void tablesMeanWhatTheyMeant() throws IOException {
    for (String table : List.of("former.examples", "yesno.examples")) {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(place(table));
      Folders folders = new Folders(SPARK);
      assertThat(TableBenchmark.read(folders.fileSystem(path), path).files().values())
          .containsExactly(Files.readString(folder.resolve(table).resolve("_benchmark.yaml")))
          .allSatisfy(text -> assertThat(text).doesNotContain("parser"));
    }
  }
}
