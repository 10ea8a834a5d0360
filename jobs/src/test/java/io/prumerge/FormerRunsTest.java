package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.scene.Split;
import io.prumerge.report.Report;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads runs of earlier formats, each as an earlier version left it: {@code format-1} by 6000bf05,
 * with the commands {@code mini --split test --seed 7 --images 2}, {@code prepare --benchmark pope}
 * and {@code evaluate --method none prumerge --chunks 2 --device cpu --dtype fp32 --max-new-tokens
 * 2}. Only the report's pages are left out, for their size.
 */
@Tag("spark")
class FormerRunsTest {

  private static final SparkSession SPARK = LocalSpark.session();
  private static final long ANSWERS = 36;

  /** Of yes and no, a verdict is the score. */
  private static final String CHANGED =
      "n_right_to_wrong + n_wrong_to_right = round(n * (100 - equally_right) / 100)";

  /** What later columns say of an earlier run, where its tables show it. Others are null. */
  private static final Map<String, String> COUNTED =
      Map.of(
          "n_visual_tokens",
          "n_visual_tokens = n - n_errors",
          "n_prompt_tokens",
          "n_prompt_tokens = n - n_errors",
          "n_generated_tokens",
          "n_generated_tokens = n - n_errors",
          "n_right_to_wrong",
          CHANGED,
          "n_wrong_to_right",
          CHANGED,
          "prompt_tokens_sum",
          sumOf("prompt_tokens"),
          "visual_tokens_after_sum",
          sumOf("visual_tokens_after"),
          "generated_tokens_sum",
          sumOf("generated_tokens"),
          "category_kind",
          "(category_kind IS NULL) = (category = 'all')",
          "parser",
          "parser <=> CASE WHEN benchmark = 'pope'"
              + " THEN IF(profile = 'lmms-eval', 'lmms-pope', 'pope') END");

  private static String sumOf(String tokens) {
    return "%1$s_sum <=> cast(round(%1$s_mean * (n - n_errors)) AS bigint)".formatted(tokens);
  }

  @TempDir private Path folder;

  private Path run;

  @BeforeEach
  void copy() throws IOException {
    FormerFolder.copy("format-1", folder);
    run = folder.resolve("run");
  }

  private CommandLineRun evaluate(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "evaluate",
                "--model",
                folder.resolve("model").toString(),
                "--output",
                run.toString()));
    arguments.addAll(List.of("--examples", folder.resolve("examples").toString()));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-new-tokens", "2"));
    arguments.addAll(List.of("--method", "none", "prumerge"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private void report(String... more) {
    List<String> arguments = new ArrayList<>(List.of("report", "--runs", run.toString()));
    arguments.addAll(List.of("--output", folder.resolve("report").toString()));
    arguments.addAll(List.of(more));
    CommandLineRun report = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(report.code()).as(report.err()).isZero();
  }

  @Test
  @Tag("slow")
  void isAppendedToTables() {
    LocalLake.in(folder.resolve("lake"));

    report("--tables", "lake.former");

    assertThat(SPARK.table("lake.former.predictions").count()).isEqualTo(ANSWERS);
    assertThat(SPARK.table("lake.former.runs").count()).isEqualTo(1);
  }

  @Test
  void isReadByReports() {
    report();

    for (Table<?> table : Report.TABLES.subList(2, Report.TABLES.size())) {
      Dataset<Row> former = rows("run/report", table);
      Dataset<Row> now = rows("report", table);
      List<String> later = new ArrayList<>(List.of(now.columns()));
      later.removeAll(List.of(former.columns()));
      for (String column : later) {
        String known = COUNTED.getOrDefault(column, column + " IS NULL");
        assertThat(now.where("NOT (" + known + ")").isEmpty()).as(column).isTrue();
        now = now.drop(column);
      }
      assertThat(now.schema()).as(table.folder()).isEqualTo(former.schema());
      assertThat(now.collectAsList())
          .as(table.folder())
          .containsExactlyElementsOf(former.collectAsList());
    }
  }

  private Dataset<Row> rows(String place, Table<?> table) {
    return FormerMetrics.of(
        table, SPARK.read().parquet(folder.resolve(place).resolve(table.folder()).toString()));
  }

  @Test
  void isScored() throws IOException {
    new MiniFolder(folder.resolve("data"), Console.SILENT).write(Split.TEST, 7, 2);

    CommandLineRun score =
        CommandLineRun.of(
            "score",
            "--benchmark",
            "pope",
            "--answers",
            run.toString(),
            "--source",
            folder.resolve("data/pope").toString());

    assertThat(score.code()).as(score.err()).isZero();
    assertThat(score.out()).contains("f1");
  }

  @Test
  void isResumedAsItWasBegun() {
    CommandLineRun finished = evaluate("--resume");
    assertThat(finished.code()).as(finished.err()).isZero();
    assertThat(finished.out()).startsWith("Run 20261122-101050-662c16f4 is complete: ");

    CommandLineRun other = evaluate("--resume", "--limit", "1");
    assertThat(other.code()).isEqualTo(ExitCode.USAGE);
    assertThat(other.err()).contains("with other settings: --limit was 0, is now 1");
  }

  @Test
  void isFinishedByOtherCodeOnlyWhereThatIsAllowed() throws IOException {
    Files.delete(run.resolve("_COMPLETE"));
    Files.delete(run.resolve("_chunks/committed-00000.json"));

    CommandLineRun refused = evaluate("--resume");
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("in another environment: code_sha256 was 04dbc705275c");

    CommandLineRun resumed = evaluate("--resume", "--allow-code-change");
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(run.resolve("_COMPLETE"))
        .content()
        .contains("\"format\" : 3", "\"answers\" : 36", "\"predictions\" : 36");
    assertThat(SPARK.read().parquet(run.resolve("predictions").toString()).count())
        .as("in place of the tables that were there")
        .isEqualTo(ANSWERS);
    assertThat(evaluate("--resume").code()).isZero();
  }
}
