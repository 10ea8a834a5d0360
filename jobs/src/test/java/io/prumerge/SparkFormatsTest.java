package io.prumerge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.UsageException;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions that Spark's own readers read, by a format and its options. */
@Tag("spark")
class SparkFormatsTest {

  private static final SparkSession SPARK = LocalSpark.session();

  private static final StructType COLUMNS =
      StructType.fromDDL("name STRING, asked STRING, answer STRING, day STRING");

  private static final List<String> ODD =
      List.of("plain", "5\" disk", "a;b,c", "two\nlines", "back\\slash", "\\\"", "\"quoted\"", "é");

  @TempDir private Path folder;

  /** Returns rows of three partitions and two days, of which one is a number with a zero. */
  private static Dataset<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      String asked = ODD.get(i % ODD.size()) + " " + i + "?";
      rows.add(RowFactory.create("n" + i, asked, "a" + i, i % 2 == 0 ? "007" : "2026-03-01"));
    }
    return SPARK.createDataFrame(rows, COLUMNS).repartition(3);
  }

  private PreparationResult prepared(String data, String columns) throws IOException {
    Path file = folder.resolve("own.yaml");
    Files.writeString(
        file,
        "name: own\ndata: "
            + data
            + "\ncolumns: {"
            + columns
            + "}\nprompts: \"{question}\"\nscore: {exact: {rule: exact}}\n");
    Path output = folder.resolve("examples-" + folder.toFile().list().length);
    return Preparation.of(SPARK).benchmark(file.toString()).output(output.toString()).run();
  }

  private static String manifest(PreparationResult prepared) throws IOException {
    return Files.readString(Path.of(URI.create(prepared.output() + "/_manifest.json")));
  }

  private static List<Row> asked(PreparationResult prepared) {
    return prepared
        .examples()
        .selectExpr("inline(questions)")
        .selectExpr("prompt", "category", "question_id")
        .orderBy("prompt")
        .collectAsList();
  }

  private void assertSame(PreparationResult prepared, Dataset<Row> read) {
    assertThat(asked(prepared))
        .isEqualTo(
            read.selectExpr("asked AS prompt", "day AS category", "name AS question_id")
                .orderBy("prompt")
                .collectAsList());
  }

  /** Other formats are read so in {@code SparkReadingTest}. */
  @Test
  void aFormatIsWhatSparkReads() throws IOException {
    String columns = "id: name, question: asked, answers: answer, category: day";
    String options = "{header: true, sep: \";\", multiLine: true}";
    String csv = folder.resolve("csv").toString();
    rows().write().option("header", true).option("sep", ";").partitionBy("day").csv(csv);
    PreparationResult prepared =
        prepared("{format: csv, path: csv, options: " + options + "}", columns);

    assertSame(
        prepared,
        SPARK
            .read()
            .options(Map.of("header", "true", "sep", ";", "multiLine", "true"))
            .schema(COLUMNS)
            .csv(csv));
    assertThat(manifest(prepared))
        .contains("{format: csv, path: ", "sep: \\\";\\\"}}", "content-sha256");
  }

  /** By which a limit takes the first of them, whatever their ids. */
  @Test
  void rowsWithIdsAreInTheOrderOfTheirFilesAndLines() throws IOException {
    Files.createDirectories(folder.resolve("csv"));
    Files.writeString(folder.resolve("csv/part-00000.csv"), "name,asked\nz,first?\ny,second?\n");
    Files.writeString(folder.resolve("csv/part-00001.csv"), "name,asked\nx,third?\na,fourth?\n");
    Path file = folder.resolve("limited.yaml");
    Files.writeString(
        file,
        "name: limited\ndata: {format: csv, path: csv, options: {header: true}}\n"
            + "columns: {id: name, question: asked, answers: asked}\n"
            + "prompts: \"{question}\"\nscore: {exact: {rule: exact}}\n");

    PreparationResult limited =
        Preparation.of(SPARK)
            .benchmark(file.toString())
            .limit(2)
            .output(folder.resolve("limited").toString())
            .run();

    assertThat(asked(limited)).extracting(row -> row.getString(2)).containsExactly("z", "y");
  }

  @Test
  void rowsWithoutIdsAreNumberedByTheirFilesAndLines() throws IOException {
    Files.createDirectories(folder.resolve("csv"));
    for (int part = 0; part < 4; part++) {
      StringBuilder text = new StringBuilder("asked;answer\n");
      for (int row = 0; row < (part + 1) * 3; row++) { // Spark reads the longest file first
        text.append("p").append(part).append("r").append((char) ('a' + row)).append("?;x\n");
      }
      Files.writeString(folder.resolve("csv/part-0000" + part + ".csv"), text);
    }
    String data = "{format: csv, path: csv, options: {header: true, sep: ;}}";
    List<Row> asked = asked(prepared(data, "question: asked, answers: answer"));

    List<String> inOrder = new ArrayList<>();
    asked.stream()
        .sorted((one, two) -> Integer.compare(number(one), number(two)))
        .forEach(row -> inOrder.add(row.getString(0)));
    assertThat(inOrder).hasSize(30).isSorted().startsWith("p0ra?", "p0rb?", "p0rc?", "p1ra?");
  }

  private static int number(Row question) {
    return Integer.parseInt(question.getString(2));
  }

  @Test
  void rowsThatSparkCannotReadAreLeftOutWithTheReason() throws IOException {
    Files.createDirectories(folder.resolve("csv"));
    Files.writeString(
        folder.resolve("csv/part-00000.csv"), "name,asked,answer\na,A?,x\nb,B?\nc,C?,x\n");
    Files.createDirectories(folder.resolve("json"));
    Files.writeString(
        folder.resolve("json/part-00000.json"),
        "{\"name\":\"a\",\"asked\":\"A?\"}\n{\"name\":\"b\",\"as\n{\"name\":\"c\",\"asked\":\"C?\"}\n");

    for (String data :
        List.of(
            "{format: csv, path: csv, options: {header: true}}", "{format: json, path: json}")) {
      PreparationResult prepared = prepared(data, "id: name, question: asked");
      assertThat(asked(prepared)).extracting(row -> row.getString(0)).containsExactly("A?", "C?");
      assertThat(prepared.leftOutRows()).isEqualTo(1);
      assertThat(manifest(prepared)).contains("Spark's reader of ");
    }
    assertThatThrownBy(
            () ->
                prepared(
                    "{format: csv, path: csv, options: {header: true, mode: failFast}}",
                    "id: name, question: asked"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("by its mode FAILFAST Spark ends at the first row");
  }

  private static Dataset<Row> inLines() {
    return rows().where("asked NOT LIKE '%\n%'");
  }

  private PreparationResult ofFolder(String name) throws IOException {
    return prepared(name, "id: name, question: asked, answers: answer, category: day");
  }

  @Test
  void foldersThatSparkWroteAreReadBySparkUnasked() throws IOException {
    String csv = folder.resolve("csv [1]").toString();
    inLines().write().option("header", true).partitionBy("day").csv(csv);
    PreparationResult prepared = ofFolder("csv [1]");
    assertSame(prepared, inLines());
    assertThat(manifest(prepared)).contains("{format: csv, path: ", "options: {header: true}}");

    inLines().write().partitionBy("day").json(folder.resolve("json").toString());
    assertSame(ofFolder("json"), inLines());
    inLines().write().orc(folder.resolve("orc").toString());
    assertSame(ofFolder("orc"), inLines());
  }

  /** Their rows would be left out without a word. */
  @ParameterizedTest
  @ValueSource(strings = {"own.csv", "own.parquet"})
  void aFolderBesideOneOfSparksIsNotPassedOver(String table) throws IOException {
    inLines().write().option("header", true).csv(folder.resolve("written-" + table).toString());
    Path own = Files.createDirectory(folder.resolve("beside-" + table));
    Files.writeString(own.resolve(table), "id,question,answer\n1,q,a\n");

    assertThatThrownBy(() -> ofFolder("[written-" + table + ", beside-" + table + "]"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("written-" + table, own.getFileName().toString(), "together");
  }

  @Test
  void aFileOfSparksThatIsNamedAloneIsReadAsItsFolder() throws IOException {
    Path written = folder.resolve("one");
    inLines().coalesce(1).write().option("header", true).csv(written.toString());
    try (Stream<Path> files = Files.list(written)) {
      Path part = files.filter(one -> one.toString().endsWith(".csv")).findFirst().orElseThrow();
      assertSame(ofFolder("one/" + part.getFileName()), inLines());
    }
  }

  @Test
  void aSinksFolderHasTheRowsOfItsLog() throws IOException {
    Path sink = folder.resolve("sink");
    rows().coalesce(1).write().parquet(sink.toString());
    rows().coalesce(1).write().mode("append").parquet(sink.toString());
    List<Path> files;
    try (Stream<Path> all = Files.list(sink)) {
      files = all.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
    Files.createDirectories(sink.resolve("_spark_metadata"));
    Files.writeString(
        sink.resolve("_spark_metadata/0"),
        "v1\n{\"path\":\""
            + files.get(0).toUri()
            + "\",\"size\":"
            + Files.size(files.get(0))
            + ",\"isDir\":false,\"modificationTime\":1,\"blockReplication\":1,"
            + "\"blockSize\":33554432,\"action\":\"add\"}");

    assertThat(files).hasSize(2);
    assertSame(ofFolder("sink"), rows());
  }

  @Test
  void optionsThatWouldDoAreNamedAndNotTried() throws IOException {
    rows().write().option("header", true).option("sep", ";").csv(folder.resolve("semi").toString());
    assertRefused("semi", "options: {header: true, multiLine: true, sep: \";\"}}");
    inLines().write().option("sep", "\t").csv(folder.resolve("bare").toString());
    assertRefused("bare", "options: {header: false, sep: \"\\t\"}}");
    Files.createDirectories(folder.resolve("array"));
    Files.writeString(
        folder.resolve("array/part-00000-a.json"), "[{\n\"name\": \"a\",\n\"asked\": \"A?\"\n}]");
    assertRefused("array", "options: {multiLine: true}}");
  }

  private void assertRefused(String data, String options) {
    assertThatThrownBy(() -> ofFolder(data))
        .isInstanceOf(UsageException.class)
        .hasMessageContainingAll(
            "own.yaml", "'asked'", "its first lines look like data: {format: ", options);
  }

  @Test
  void headersThatDifferAndUnknownFormatsAreRefused() throws IOException {
    Files.createDirectories(folder.resolve("csv"));
    Files.writeString(folder.resolve("csv/part-00000.csv"), "name,asked\na,A?\n");
    Files.writeString(folder.resolve("csv/part-00001.csv"), "asked,name\nB?,b\n");

    assertThatThrownBy(
            () ->
                prepared(
                    "{format: csv, path: csv, options: {header: true}}",
                    "id: name, question: asked"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("CSV header", "part-0000");
    assertThatThrownBy(() -> prepared("{format: avro, path: csv}", "id: name, question: asked"))
        .isInstanceOf(UsageException.class)
        .hasMessageContainingAll("no format 'avro'", "org.apache.spark:spark-avro");
  }
}
