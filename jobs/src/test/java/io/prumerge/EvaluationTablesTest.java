package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Console;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.lease.DriverLease;
import io.prumerge.lease.LeaseClaim;
import io.prumerge.lease.LeaseFolder;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.mini.MiniFolder;
import io.prumerge.mini.scene.Split;
import io.prumerge.report.Report;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appends runs to the tables of an Iceberg catalog: every table that has a run's id. */
@Tag("spark")
@Tag("slow")
class EvaluationTablesTest {

  private static final String LLAVA =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  /** The tables of a run's folder, by their place in it. */
  private static final Map<Table<?>, String> TABLES = new LinkedHashMap<>();

  static {
    for (Table<?> table : Report.TABLES) {
      boolean answers = table == Table.PREDICTIONS || table == Table.SCORES;
      TABLES.put(table, (answers ? "" : "report/") + table.folder());
    }
  }

  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private static Path folder;

  /** Two runs, which are in {@code lake.runs}. */
  @BeforeAll
  static void runs() throws Exception {
    LocalLake.in(folder.resolve("lake"));
    new MiniFolder(folder.resolve("data"), Console.SILENT).write(Split.TEST, 7, 2);
    String pope = folder.resolve("data/pope").toString();
    Preparation.of(SPARK).benchmark("pope").sources(pope).output(place("examples")).run();
    new ApiExamples(SPARK, pope, LLAVA, folder.toString()).publish();
    second("lake.runs").run();
  }

  private static String place(String name) {
    return folder.resolve(name).toString();
  }

  private static Evaluation published(String schema) {
    return evaluation("published", schema).methods("none", "prumerge");
  }

  /** The second run has rows in every table. */
  private static Evaluation second(String schema) {
    return evaluation("second", schema).methods("none", "first:tokens=9", "downsample:tokens=9");
  }

  private static Evaluation refused(String schema) {
    return evaluation("refused", schema).methods("none");
  }

  private static Evaluation evaluation(String output, String schema) {
    return Evaluation.of(SPARK)
        .model(LLAVA)
        .examples(place("examples"))
        .output(place(output))
        .tables(schema);
  }

  private static Map<String, Long> counts(String schema) {
    Map<String, Long> counts = new TreeMap<>();
    for (Table<?> table : TABLES.keySet()) {
      counts.put(table.folder(), SPARK.table(schema + "." + table.folder()).count());
    }
    return counts;
  }

  private static long commits(String table) {
    return SPARK.table(table + ".snapshots").count();
  }

  @Test
  void everyTableOfOneRunIsThereAsItIsInTheFolders() {
    TABLES.forEach(
        (table, path) -> {
          String name = "lake.runs." + table.folder();
          Dataset<Row> last = SPARK.read().parquet(place("second/" + path));
          List<Row> both =
              SPARK.read().parquet(place("published/" + path)).union(last).collectAsList();

          assertThat(last.collectAsList()).as(path).isNotEmpty();
          assertThat(SPARK.table(name).schema()).as(name).isEqualTo(table.schema());
          assertThat(SPARK.table(name).collectAsList())
              .as(name)
              .containsExactlyInAnyOrderElementsOf(both);
        });
  }

  /** Simulates a driver that died between two tables, or before the first. */
  @Test
  void resumeFillsWhatIsMissingAndSaysWhatIsThereTwice() throws IOException {
    String run = second("lake.healed").resume().run().runIds().get(0);
    Map<String, Long> whole = counts("lake.healed");
    SPARK.sql("DROP TABLE lake.healed.runs");
    SPARK.sql("DELETE FROM lake.healed.oracle WHERE run_id = '" + run + "'");
    assertThat(second("lake.healed").resume().run().runIds()).containsExactly(run);

    assertThat(whole.values()).doesNotContain(0L);
    assertThat(counts("lake.healed")).isEqualTo(whole);
    assertThat(commits("lake.healed.predictions")).isEqualTo(1);
    isSaidWhereItWasAppendedTwice(run);
  }

  /** A report holds the runs while it appends them, as the runs themselves do. */
  @Test
  void twoReportsAtOnceAppendARunOnceAndALaterOneNothingTwice() throws Exception {
    published("lake.twice").resume().run(); // makes the tables
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Future<CommandLineRun>> reports = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        String[] report = {
          "report",
          "--runs",
          place("second"),
          "--output",
          place("twice" + i),
          "--tables",
          "lake.twice"
        };
        reports.add(threads.submit(() -> CommandLineRun.of(report)));
      }
      for (Future<CommandLineRun> report : reports) {
        // The other one's lease may be half written when it is read: then it has no name yet.
        assertThat(
                report.get().code() == 0
                    || report.get().err().contains("Cannot append this run to tables: "))
            .as(report.get().err())
            .isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
    if (SPARK.table("lake.twice.runs").count() == 2) { // else both withdrew
      assertThat(counts("lake.twice")).isEqualTo(counts("lake.runs"));
    }

    Reporting.of(SPARK)
        .runs(place("published"), place("second"))
        .output(place("report"))
        .tables("lake.twice")
        .run();

    assertThat(counts("lake.twice")).isEqualTo(counts("lake.runs"));
  }

  @Test
  void aReportOfNoRunIsRefused() {
    CommandLineRun report =
        CommandLineRun.of(
            "report",
            "--runs",
            place("published"),
            place("unknown"),
            "--output",
            place("refused-report"),
            "--tables",
            "lake.reported");
    assertThat(report.err()).contains("--runs " + place("unknown") + " does not exist");
  }

  @Test
  void aReportAppendsNoRunThatAnotherDriverHolds() throws IOException {
    org.apache.hadoop.fs.Path run = new org.apache.hadoop.fs.Path(place("second"));
    LeaseFolder leases = new LeaseFolder(run, run.getFileSystem(new Configuration()));
    try (DriverLease held =
        DriverLease.take(
            leases, LeaseHolder.here("app-1"), LeasedWork.RUN, LeaseClaim.WITHDRAW, () -> {})) {
      held.check();
      assertThatThrownBy(
              () ->
                  Reporting.of(SPARK)
                      .runs(place("second"))
                      .output(place("held"))
                      .tables("lake.held")
                      .run())
          .hasMessageStartingWith("Cannot append this run to tables: application app-1 on ")
          .hasMessageEndingWith("Wait until it has ended");
    }
    assertThat(SPARK.catalog().tableExists("lake.held.predictions")).isFalse();
  }

  private static void isSaidWhereItWasAppendedTwice(String run) throws IOException {
    SPARK.sql("INSERT INTO lake.healed.scores SELECT * FROM lake.healed.scores");

    assertThatThrownBy(() -> second("lake.healed").resume().run())
        .hasMessageContaining("lake.healed.scores holds ")
        .hasMessageContaining("DELETE FROM lake.healed.scores WHERE run_id = '" + run + "'");
    SPARK.sql("DELETE FROM lake.healed.scores WHERE run_id = '" + run + "'");
    second("lake.healed").resume().run();

    assertThat(SPARK.table("lake.healed.scores").count())
        .isEqualTo(SPARK.read().parquet(place("second/scores")).count());
  }

  @Test
  void refusesBeforeTheFirstTaskWhatCannotBeAppendedTo() {
    SPARK.sql("CREATE TABLE lake.foreign.scores (run_id STRING, score INT) USING iceberg");

    assertThatThrownBy(() -> refused("lake.foreign").run())
        .hasMessageStartingWith("lake.foreign.scores is not a table of scores: ")
        .hasMessageContaining("no column benchmark")
        .hasMessageContaining("score is int instead of double");
    assertThatThrownBy(() -> refused("pond.runs").run())
        .hasMessage(
            "tables pond.runs: Spark knows no catalog pond; set spark.sql.catalog.pond, for Iceberg to org.apache.iceberg.spark.SparkCatalog");
    assertThatThrownBy(() -> refused("runs").run())
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
