package io.prumerge;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.round;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.report.Report;
import io.prumerge.store.Table;
import io.prumerge.view.OpenViewer;
import io.prumerge.view.ViewServer;
import io.prumerge.view.Viewer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads, resumes, shows and appends to what be7d1d39 wrote: examples, a run, the tables of an
 * Iceberg catalog with it, and a run whose driver was killed after two of three chunks. They were
 * made in {@code /srv/prumerge}, with the model {@code goldens/checkpoints/mha} of udfs there:
 *
 * <pre>
 * mini --split test --seed 7 --images 8 --output data
 * prepare --benchmark pope --source data/pope --output pope.examples --limit 24
 * prepare --benchmark refcoco --source data/refcoco --output refcoco.examples
 * evaluate --model model --examples pope.examples refcoco.examples
 *   --method none first:tokens=9 downsample:tokens=9 --output run --chunks 3
 *   --device cpu --dtype fp32 --max-new-tokens 2 --tables lake.runs
 * </pre>
 *
 * and the last one again with {@code --output unfinished}, killed by {@code kill -9} when {@code
 * _chunks/committed-00000.json} was there. The catalog's folder {@code lake} had the address {@code
 * viewfs://prumerge/lake}, because Iceberg's files name each other by their whole addresses. Only
 * the checksums of Hadoop's local file system and the report's pages are left out.
 */
@Tag("spark")
class FormerTablesTest {

  private static final SparkSession SPARK = LocalSpark.session();

  private static final int QUESTIONS = 50;
  private static final long ANSWERS = 3 * QUESTIONS;

  @TempDir private Path folder;

  @BeforeEach
  void copy() throws IOException {
    FormerFolder.copy("be7d1d39", folder);
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  /** The tables of a run's folder, by their place in it. */
  private static Map<Table<?>, String> tables() {
    Map<Table<?>, String> tables = new LinkedHashMap<>();
    for (Table<?> table : Report.TABLES) {
      boolean answers = table == Table.PREDICTIONS || table == Table.SCORES;
      tables.put(table, (answers ? "" : "report/") + table.folder());
    }
    return tables;
  }

  private CommandLineRun resume(String run, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--resume"));
    arguments.addAll(List.of("--model", place("model"), "--output", place(run)));
    arguments.addAll(List.of("--examples", place("pope.examples"), place("refcoco.examples")));
    arguments.addAll(List.of("--method", "none", "first:tokens=9", "downsample:tokens=9"));
    arguments.addAll(List.of("--device", "cpu", "--dtype", "fp32", "--max-new-tokens", "2"));
    arguments.addAll(List.of(more));
    CommandLineRun resumed = CommandLineRun.of(arguments.toArray(String[]::new));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    return resumed;
  }

  /** Returns former rows with the columns of today, which are null where they were added since. */
  private static Dataset<Row> withAdded(Table<?> table, Dataset<Row> rows) {
    return table.select(rows, table.folder());
  }

  /** Names, types and order of the columns, before later ones; in Parquet all are nullable. */
  @Test
  void filesHaveTheColumnsOfToday() {
    Map<Table<?>, String> all = new LinkedHashMap<>();
    tables().forEach((table, path) -> all.put(table, "run/" + path));
    all.put(Table.EXAMPLES, "refcoco.examples");

    all.forEach(
        (table, path) -> {
          Dataset<Row> read = table.read(SPARK, List.of(place(path)));
          Dataset<Row> file = SPARK.read().parquet(place(path));
          assertThat(read.schema()).as(path).isEqualTo(table.schema().asNullable());
          assertThat(read.selectExpr(file.columns()).schema()).as(path).isEqualTo(file.schema());
          assertThat(List.of(read.columns())).startsWith(file.columns());
          assertThat(read.collectAsList()).isEqualTo(withAdded(table, file).collectAsList());
        });
  }

  @Test
  void aReportHasTheSameRows() {
    CommandLineRun report =
        CommandLineRun.of("report", "--runs", place("run"), "--output", place("report"));
    assertThat(report.code()).as(report.err()).isZero();

    for (Table<?> table : Report.TABLES.subList(2, Report.TABLES.size())) {
      String[] former = SPARK.read().parquet(place("run/report/" + table.folder())).columns();
      assertThat(rounded(table, place("report"), former))
          .as(table.folder())
          .containsExactlyElementsOf(rounded(table, place("run/report"), former));
    }
  }

  /** A standard error that is 0 had a rest of 1e-15. */
  private static List<Row> rounded(Table<?> table, String report, String[] columns) {
    Dataset<Row> rows =
        FormerMetrics.of(table, SPARK.read().parquet(report + "/" + table.folder()))
            .selectExpr(columns);
    for (StructField column : rows.schema().fields()) {
      if (column.dataType() == DataTypes.DoubleType) {
        rows = rows.withColumn(column.name(), round(col(column.name()), 9));
      }
    }
    return rows.collectAsList();
  }

  @Test
  void theFinishedRunIsComplete() {
    assertThat(resume("run").out()).startsWith("Run 20261125-204759-aa5f93de is complete: ");
  }

  /**
   * The two runs differ in times and in which questions shared a pass, not in answers. The one that
   * goes on is scored under the profiles of now.
   */
  @Test
  void theKilledRunGoesOnToTheSameAnswers() {
    resume("unfinished", "--allow-code-change");

    assertThat(answers("unfinished")).hasSize((int) ANSWERS);
    assertThat(answers("unfinished")).containsExactlyInAnyOrderElementsOf(answers("run"));
    List<Row> before = scores("run");
    Set<String> profiles =
        before.stream().map(row -> row.<String>getAs("profile")).collect(Collectors.toSet());
    assertThat(scores("unfinished"))
        .filteredOn(row -> profiles.contains(row.<String>getAs("profile")))
        .containsExactlyInAnyOrderElementsOf(before);
  }

  private List<Row> answers(String run) {
    Dataset<Row> rows = Table.PREDICTIONS.read(SPARK, List.of(place(run + "/predictions")));
    for (String column : rows.columns()) {
      if (column.startsWith("ms_")) {
        rows = rows.drop(column);
      }
    }
    return rows.drop("run_id", "host", "flops_executed", "timing").collectAsList();
  }

  private List<Row> scores(String run) {
    return Table.SCORES.read(SPARK, List.of(place(run + "/scores"))).drop("run_id").collectAsList();
  }

  @Test
  void aViewerShowsIt() throws Exception {
    try (Viewer viewer = OpenViewer.of(place("run"));
        ViewServer server = ViewServer.start(viewer, "127.0.0.1", 0)) {
      JsonNode count = new ObjectMapper().readTree(get(server, "count"));
      JsonNode rows = new ObjectMapper().readTree(get(server, "questions")).get("rows");
      String page = get(server, rows.get(0).get("link").asText());

      assertThat(count.get("count").asInt()).isEqualTo(QUESTIONS);
      assertThat(page)
          .contains(rows.get(0).get("prompt").asText(), "<bdi>none</bdi>", "9 of 576 tokens")
          .contains("href=\"picture")
          .doesNotContain("The picture is not shown");
    }
  }

  private static String get(ViewServer server, String page) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.address(page)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  @Tag("slow")
  void runsAreAppendedToTheCatalogOnce() {
    String catalog = "spark.sql.catalog.former";
    SPARK.conf().set(catalog, "org.apache.iceberg.spark.SparkCatalog");
    SPARK.conf().set(catalog + ".type", "hadoop");
    SPARK.conf().set(catalog + ".warehouse", "viewfs://prumerge/lake");
    SPARK
        .conf()
        .set(
            catalog + ".hadoop.fs.viewfs.mounttable.prumerge.link./lake",
            folder.resolve("lake").toUri().toString());
    Map<Table<?>, List<Row>> former = new LinkedHashMap<>();
    tables()
        .forEach(
            (table, path) -> {
              assertThat(List.of(table.schema().fieldNames()))
                  .as(table.folder())
                  .startsWith(catalogTable(table).columns());
              former.put(table, withAdded(table, catalogTable(table)).collectAsList());
              assertThat(former.get(table))
                  .as(table.folder())
                  .containsExactlyInAnyOrderElementsOf(
                      withAdded(table, SPARK.read().parquet(place("run/" + path))).collectAsList());
            });

    resume("run", "--tables", "former.runs");
    resume("unfinished", "--allow-code-change", "--tables", "former.runs");

    tables()
        .forEach(
            (table, path) -> {
              List<Row> both = new ArrayList<>(former.get(table));
              both.addAll(SPARK.read().parquet(place("unfinished/" + path)).collectAsList());
              assertThat(catalogTable(table).collectAsList())
                  .as(table.folder())
                  .containsExactlyInAnyOrderElementsOf(both);
            });
  }

  private static Dataset<Row> catalogTable(Table<?> table) {
    return SPARK.table("former.runs." + table.folder());
  }
}
