package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Console;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.scene.Split;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appends runs to the tables of an Iceberg catalog. */
class EvaluationTablesTest {

  private static final String LLAVA =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  private static final List<Table> TABLES =
      List.of(
          Table.PREDICTIONS,
          Table.SCORES,
          Table.METRICS,
          Table.EFFICIENCY,
          Table.SUMMARY,
          Table.RUNS);

  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private static Path folder;
  private static ApiExamples examples;

  @BeforeAll
  static void prepare() throws IOException {
    LocalLake.in(folder.resolve("lake"));
    new MiniFolder(folder.resolve("data"), Console.SILENT).write(Split.TEST, 7, 2);
    String pope = folder.resolve("data/pope").toString();
    examples = new ApiExamples(SPARK, pope, LLAVA, folder.toString());
    Preparation.of(SPARK).benchmark("pope").sources(pope).output(place("examples")).run();
  }

  private static String place(String name) {
    return folder.resolve(name).toString();
  }

  private static Evaluation evaluation(String output, String schema) {
    return Evaluation.of(SPARK)
        .model(LLAVA)
        .examples(place("examples"))
        .methods("none", "prumerge")
        .output(place(output))
        .tables(schema);
  }

  private static Map<String, Long> counts(String schema) {
    Map<String, Long> counts = new TreeMap<>();
    for (Table table : TABLES) {
      counts.put(table.folder(), SPARK.table(schema + "." + table.folder()).count());
    }
    return counts;
  }

  private static long commits(String table) {
    return SPARK.table(table + ".snapshots").count();
  }

  @Test
  void aRunIsInAllTablesAsItIsInItsFolder() throws Exception {
    assertThat(examples.publish().collectAsList()).hasSize(2);
    for (Table table : TABLES) {
      String name = "lake.runs." + table.folder();
      String path = table == Table.PREDICTIONS || table == Table.SCORES ? "" : "report/";
      List<Row> written =
          SPARK.read().parquet(place("published/" + path + table.folder())).collectAsList();

      assertThat(SPARK.table(name).schema()).as(name).isEqualTo(table.schema());
      assertThat(SPARK.table(name).collectAsList()).as(name).hasSameElementsAs(written);
    }
  }

  @Test
  void aSecondRunIsAppendedAndNoneTwice() throws IOException {
    String first = evaluation("first", "lake.twice").run().runIds().get(0);
    Map<String, Long> once = counts("lake.twice");
    String second = evaluation("second", "lake.twice").run().runIds().get(0);
    Map<String, Long> both = counts("lake.twice");
    evaluation("first", "lake.twice").resume().run();
    evaluation("second", "lake.twice").takeOver().run();

    once.replaceAll((table, rows) -> 2 * rows);
    assertThat(both).isEqualTo(once);
    assertThat(counts("lake.twice")).isEqualTo(both);
    assertThat(commits("lake.twice.predictions")).isEqualTo(2);
    assertThat(SPARK.table("lake.twice.runs").select("run_id").collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder(first, second);
  }

  /** Simulates a driver that died between two tables, or before the first. */
  @Test
  void resumeFillsWhatIsMissing() throws IOException {
    String run = evaluation("healed", "lake.healed").run().runIds().get(0);
    Map<String, Long> whole = counts("lake.healed");
    SPARK.sql("DROP TABLE lake.healed.runs");
    SPARK.sql("DELETE FROM lake.healed.summary WHERE run_id = '" + run + "'");
    EvaluationResult healed = evaluation("healed", "lake.healed").resume().run();
    EvaluationResult elsewhere = evaluation("healed", "lake.elsewhere").resume().run();

    assertThat(counts("lake.healed")).isEqualTo(whole);
    assertThat(counts("lake.elsewhere")).isEqualTo(whole);
    assertThat(commits("lake.healed.predictions")).isEqualTo(1);
    assertThat(healed.runIds()).isEqualTo(elsewhere.runIds()).containsExactly(run);
  }

  @Test
  void aReportAppendsTheRunsThatAreNotThere() throws IOException {
    evaluation("known", "lake.reported").run();
    Map<String, Long> known = counts("lake.reported");
    CommandLineRun report =
        CommandLineRun.of(
            "report",
            "--runs",
            place("known"),
            place("unknown"),
            "--output",
            place("report"),
            "--tables",
            "lake.reported");
    assertThat(report.err()).contains("--runs " + place("unknown") + " does not exist");
    Evaluation.of(SPARK)
        .model(LLAVA)
        .examples(place("examples"))
        .methods("none", "prumerge")
        .output(place("unknown"))
        .run();

    Reporting.of(SPARK)
        .runs(place("known"), place("unknown"))
        .output(place("report"))
        .tables("lake.reported")
        .run();

    known.replaceAll((table, rows) -> 2 * rows);
    assertThat(counts("lake.reported")).isEqualTo(known);
    assertThat(commits("lake.reported.metrics")).isEqualTo(2);
  }

  @Test
  void refusesBeforeTheFirstTaskWhatCannotBeAppendedTo() {
    SPARK.sql("CREATE TABLE lake.foreign.scores (run_id STRING, score INT) USING iceberg");

    assertThatThrownBy(() -> evaluation("refused", "lake.foreign").run())
        .hasMessageStartingWith("lake.foreign.scores is not a table of scores: ")
        .hasMessageContaining("no column benchmark")
        .hasMessageContaining("score is int instead of double");
    assertThatThrownBy(() -> evaluation("refused", "pond.runs").run())
        .hasMessage(
            "tables pond.runs: Spark knows no catalog pond; set spark.sql.catalog.pond, for Iceberg to org.apache.iceberg.spark.SparkCatalog");
    assertThatThrownBy(() -> evaluation("refused", "runs").run())
        .hasMessage("tables 'runs' must be a catalog and a schema, like lake.runs");
    CommandLineRun run =
        CommandLineRun.of(
            "evaluate",
            "--model",
            LLAVA,
            "--examples",
            place("examples"),
            "--method",
            "none",
            "--output",
            place("refused"),
            "--tables",
            "pond.runs",
            "--dry-run");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("prumerge-spark: --tables pond.runs: Spark knows no catalog");
    assertThat(folder.resolve("refused")).doesNotExist();
  }
}
