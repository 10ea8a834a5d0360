package io.prumerge;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.equivalence.Layout;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Resumes, and compares with one of today, a run of 4b7ee902 on published benchmarks that were
 * classes then. It read the made-up files of {@link Layout} in {@code /srv/prumerge}, and was
 * stopped when all was answered and nothing scored, by deleting what {@code evaluate} wrote last:
 *
 * <pre>
 * prepare --benchmark vizwiz --source data/vizwiz --output vizwiz.examples
 * prepare --benchmark gqa --source data/gqa --output gqa.examples
 * evaluate --model model --examples vizwiz.examples gqa.examples --method none prumerge
 *   --chunks 2 --output run --device cpu --dtype fp32 --max-new-tokens 2
 * </pre>
 *
 * <p>The folder {@code metrics} is that of its report.
 */
@Tag("spark")
class FormerPublishedTest {

  private static final SparkSession SPARK = LocalSpark.session();

  /** The layout that was read of each benchmark, in the order of the run's tables. */
  private static final List<Map.Entry<String, String>> LAYOUTS =
      List.of(
          Map.entry("vizwiz", "official, train"),
          Map.entry("gqa", "LLaVA's beside the official one"));

  private static final String CHUNKS = "run/_chunks/chunk-*";
  private static final String ANSWER = "struct(benchmark, question_id, method)";
  private static final String METRIC = "struct(benchmark, method, profile, metric, category)";

  @TempDir private Path folder;

  @BeforeEach
  void copy() throws IOException {
    FormerFolder.copy("4b7ee902-published", folder);
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private CommandLineRun evaluated(String examples, String output, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--model", place("model")));
    arguments.addAll(List.of("--output", place(output), "--chunks", "2", "--examples"));
    LAYOUTS.forEach(one -> arguments.add(place(examples + one.getKey() + ".examples")));
    arguments.addAll(List.of("--method", "none", "prumerge", "--max-new-tokens", "2"));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private CommandLineRun resumed() {
    return evaluated("", "run", "--resume", "--allow-code-change");
  }

  private static void done(CommandLineRun run) {
    assertThat(run.code()).as(run.err()).isZero();
  }

  private List<Row> rows(String place, String[] columns, String key) {
    return SPARK
        .read()
        .parquet(place(place))
        .selectExpr(columns)
        .orderBy(expr(key))
        .collectAsList();
  }

  private JsonNode manifest(String run) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(run).resolve("manifest.json").toFile());
  }

  @Test
  @Tag("slow")
  void isScoredAndComparedWithOneOfToday() throws IOException {
    requireScored();
    prepare();
    done(evaluated("now-", "now"));
    for (String hash : List.of("examples_sha256", "prompts_sha256")) {
      assertThat(manifest("now").at("/configuration/" + hash))
          .as(hash)
          .isEqualTo(manifest("run").at("/configuration/" + hash));
    }
    requireCompared();
  }

  /** Answers come with the seconds that they took, which another one would not take again. */
  private void requireScored() {
    String[] said = SPARK.read().parquet(place(CHUNKS)).columns();
    List<Row> former = rows(CHUNKS, said, ANSWER);
    assertThat(former).hasSize(22);

    done(resumed());

    assertThat(rows("run/predictions", said, ANSWER)).isEqualTo(former);
    String[] measured = SPARK.read().parquet(place("metrics")).columns();
    assertThat(rows("run/report/metrics", measured, METRIC))
        .isEqualTo(rows("metrics", measured, METRIC));
  }

  private void prepare() throws IOException {
    for (Map.Entry<String, String> one : LAYOUTS) {
      Path files = Files.createDirectories(folder.resolve("data").resolve(one.getKey()));
      Layout.of(one.getKey()).stream()
          .filter(layout -> layout.name().equals(one.getValue()))
          .findFirst()
          .orElseThrow()
          .write(files);
      done(
          CommandLineRun.of(
              "prepare",
              "--benchmark",
              one.getKey(),
              "--source",
              files.toString(),
              "--output",
              place("now-" + one.getKey() + ".examples")));
    }
  }

  private void requireCompared() {
    CommandLineRun report =
        CommandLineRun.of(
            "report", "--runs", place("run"), place("now"), "--output", place("report"));
    done(report);
    String none =
        "warning: %s of model, %s: accuracy of none is 0 over %d answers, so retention has no value";
    assertThat(report.problems())
        .containsExactly(
            none.formatted("gqa/testdev", "run", 4),
            none.formatted("vizwiz/test", "run", 5),
            none.formatted("gqa/testdev", "now", 4),
            none.formatted("vizwiz/test", "now", 5));
    assertThat(
            SPARK
                .read()
                .parquet(place("report/contrasts"))
                .sort("benchmark", "a")
                .selectExpr("concat_ws(' ', benchmark, a, b, n_both, delta)")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0)))
        .containsExactly(
            "gqa now none run none 4 0.0",
            "gqa now prumerge run prumerge 4 0.0",
            "vizwiz now none run none 5 0.0",
            "vizwiz now prumerge run prumerge 5 0.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"examples_sha256", "prompts_sha256"})
  void anotherHashIsRefused(String hash) throws IOException {
    Path manifest = folder.resolve("run/manifest.json");
    String value = manifest("run").at("/configuration/" + hash).textValue();
    String other = (value.startsWith("0") ? "1" : "0") + value.substring(1);
    Files.writeString(manifest, Files.readString(manifest).replace(value, other));

    CommandLineRun run = resumed();

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("the questions or pictures of ", " were changed");
  }
}
