package io.prumerge.store;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.CountedWork;
import io.prumerge.GeneratedFile;
import io.prumerge.LocalSpark;
import io.prumerge.console.Console;
import io.prumerge.jobs.Sessions;
import io.prumerge.leaderboard.Standing;
import io.prumerge.mini.scene.SceneTable;
import io.prumerge.run.cache.CachedColumns;
import io.prumerge.search.FoundFront;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Tuple2;
import scala.collection.Iterator;

/** Column names and their order are part of the public interface. */
@Tag("spark")
class TableTest {

  private static final Path COLUMNS =
      Path.of(System.getProperty("project.root"), "jobs/src/test/resources/goldens/columns.txt");

  private static final Pattern CONSTANT = Pattern.compile("static final Table<[^=]*> (\\w+) =");

  private static final String BATCH = "spark.sql.parquet.columnarReaderBatchSize";

  private static Map<String, String> settings(SparkSession spark) {
    Map<String, String> settings = new TreeMap<>();
    Iterator<Tuple2<String, String>> all = spark.conf().getAll().iterator();
    while (all.hasNext()) {
      Tuple2<String, String> one = all.next();
      settings.put(one._1(), one._2());
    }
    return settings;
  }

  /**
   * Names, types and nullability, in the order of the columns: a line of each schema's JSON for
   * each column. Tables that a command deletes in the end are left out.
   */
  @Test
  void everyTableHasItsColumns() throws IOException {
    Map<String, StructType> schemas = new LinkedHashMap<>();
    DeclaredTable.ALL.forEach(one -> schemas.put(one.path(), one.table().schema()));
    schemas.put("--answer-cache", CachedColumns.schema());
    schemas.put("scenes.parquet", SceneTable.schema());
    StringBuilder columns = new StringBuilder();
    for (Map.Entry<String, StructType> one : schemas.entrySet()) {
      columns.append(one.getKey()).append('\n');
      for (JsonNode column : new ObjectMapper().readTree(one.getValue().json()).get("fields")) {
        columns.append("  ").append(column).append('\n');
      }
    }
    Path now = Files.writeString(Path.of("target", "columns.txt"), columns);
    GeneratedFile.requireCurrent(
        COLUMNS, columns.toString(), "cp %s %s".formatted(now.toAbsolutePath(), COLUMNS));
  }

  @Test
  void noTableIsLeftOut() throws IOException {
    List<String> constants = new ArrayList<>();
    Path sources = Path.of(System.getProperty("project.root"), "jobs/src/main/java");
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        CONSTANT
            .matcher(Files.readString(file))
            .results()
            .forEach(found -> constants.add(file.getFileName() + " " + found.group(1)));
      }
    }
    assertThat(constants).hasSameSizeAs(DeclaredTable.ALL);
  }

  @Test
  void examplesOfEarlierVersionsHaveOneImageEach(@TempDir Path folder) {
    SparkSession spark = LocalSpark.session();
    Row row = RowFactory.create("b", "s", "i", new byte[] {1}, "h", 1, 1, List.of(), null, null);
    String path = folder.resolve("old").toString();
    Dataset<Row> old = Table.EXAMPLES.of(spark, List.of(row)).drop("more_images", "video");
    old.write().parquet(path);

    for (Dataset<Row> read :
        List.of(Table.EXAMPLES.read(spark, List.of(path)), Table.EXAMPLES.select(old, "old"))) {
      assertThat(read.schema().fieldNames()).isEqualTo(Table.EXAMPLES.schema().fieldNames());
      Row one = read.first();
      assertThat(one.isNullAt(one.fieldIndex("more_images"))).isTrue();
      assertThat(one.isNullAt(one.fieldIndex("video"))).isTrue();
      assertThat(one.<byte[]>getAs("image")).containsExactly(1);
    }
    assertThatThrownBy(
            () -> Table.EXAMPLES.select(old.withColumn("more_images", lit("a")), "The DataFrame"))
        .hasMessageContaining("more_images is string instead of array<binary>");
  }

  @Test
  void predictionsOfEarlierVersionsLackLaterColumns(@TempDir Path folder) {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> old = Table.PREDICTIONS.of(spark, List.of()).drop("visual_tokens_layer_mean");
    String path = folder.resolve("old").toString();
    old.write().parquet(path);

    assertThat(Table.PREDICTIONS.read(spark, List.of(path)).schema().fieldNames())
        .contains("visual_tokens_layer_mean");
    assertThat(Table.PREDICTIONS.lacking(old.schema(), "lake.old"))
        .as("of a table that is appended to")
        .extracting(StructField::name)
        .containsExactly("visual_tokens_layer_mean");
    assertThatThrownBy(() -> Table.PREDICTIONS.lacking(old.drop("answer").schema(), "lake.old"))
        .hasMessage("lake.old is not a table of predictions: no column answer");
    old.drop("answer").write().parquet(path + 2);
    assertThatThrownBy(() -> Table.PREDICTIONS.read(spark, List.of(path + 2)))
        .hasMessageContaining("old2 is not a table of predictions: no column answer (part-");
  }

  /** Looking up the schema would take one job per path. */
  @Test
  void whatWeWroteIsOpenedWithoutAJob(@TempDir Path folder) throws Exception {
    SparkSession spark = LocalSpark.session();
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      paths.add(folder.resolve("chunk" + i).toString());
      Table.SCORES.write(Table.SCORES.of(spark, List.of()), paths.get(i));
    }
    try (CountedWork work = new CountedWork()) {
      assertThat(Table.SCORES.written(spark, paths).schema()).isEqualTo(Table.SCORES.schema());
      assertThat(work.jobs()).isZero();
    }
  }

  @Test
  void theColumnsOfWhatSparkWroteAreCheckedWithoutAJob(@TempDir Path folder) throws Exception {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> rows = spark.range(3).selectExpr("id", "'a' AS run_id");
    Dataset<Row> scores =
        Table.SCORES.of(
            spark, List.of(RowFactory.create(new Object[Table.SCORES.schema().size()])));
    String ours = folder.resolve("ours").toString();
    Table.SCORES.write(scores, ours);
    String other = folder.resolve("other").toString();
    rows.write().parquet(other);
    String split = folder.resolve("split").toString();
    scores.withColumn("benchmark", lit("pope")).write().partitionBy("benchmark").parquet(split);

    try (CountedWork work = new CountedWork()) {
      Table.SCORES.read(spark, List.of(ours));
      assertThatThrownBy(() -> Table.SCORES.read(spark, List.of(ours, other)))
          .hasMessageContaining("other is not a table of scores: no column benchmark; ");
      assertThat(work.jobs()).isZero();
      assertThat(Table.SCORES.read(spark, List.of(split)).select("benchmark").first().get(0))
          .as("a column in the names of folders")
          .isEqualTo("pope");
    }
  }

  /** As a local relation, these 20 MB would travel within one task. */
  @Test
  void rowsOfTheDriverAreWrittenAsOneFile(@TempDir Path folder) throws IOException {
    SparkSession spark = LocalSpark.session();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      rows.add(candidate("m" + i, "x".repeat(10_000)));
    }
    Path written = folder.resolve("front");
    DriverRows.write(spark, FoundFront.TABLE.schema(), rows, written.toString());

    assertThat(FoundFront.TABLE.read(spark, List.of(written.toString())).collectAsList())
        .containsExactlyElementsOf(rows);
    try (Stream<Path> files = Files.list(written)) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(1);
    }
  }

  private static Row candidate(String method, String objective) {
    Object[] values = new Object[FoundFront.TABLE.schema().size()];
    values[0] = method;
    values[FoundFront.TABLE.schema().fieldIndex("objective")] = objective;
    return RowFactory.create(values);
  }

  @Test
  void listsOfTheDriverAreWritten(@TempDir Path folder) throws IOException {
    SparkSession spark = LocalSpark.session();
    Object[] values = new Object[Standing.TABLE.schema().size()];
    values[Standing.TABLE.schema().fieldIndex("methods")] = List.of("one", "other");
    String path = folder.resolve("leaderboard").toString();
    DriverRows.write(spark, Standing.TABLE.schema(), List.of(RowFactory.create(values)), path);

    assertThat(Standing.TABLE.read(spark, List.of(path)).first().<String>getList(4))
        .containsExactly("one", "other");
  }

  /** A notebook reads other tables in the same session. */
  @Test
  void imagesAreReadFewAtATimeAndTheCallersSettingsStay(@TempDir Path folder) {
    SparkSession spark = LocalSpark.session();
    String path = folder.resolve("examples").toString();
    Table.EXAMPLES.write(Table.EXAMPLES.of(spark, List.of()), path);
    Map<String, String> before = settings(spark);
    spark.conf().set("spark.sql.shuffle.partitions", "3");
    try (Sessions sessions = Sessions.of(Console.SILENT, () -> "test")) {
      Dataset<Row> examples = Table.EXAMPLES.written(sessions.session(), List.of(path));

      assertThat(examples.sparkSession().conf().get(BATCH)).isEqualTo("64");
      assertThat(examples.sparkSession().conf().get("spark.sql.shuffle.partitions")).isEqualTo("3");
      assertThat(spark.conf().get(BATCH)).isEqualTo("4096");
    } finally {
      spark.conf().set("spark.sql.shuffle.partitions", before.get("spark.sql.shuffle.partitions"));
    }
    assertThat(settings(spark)).isEqualTo(before);
  }
}
