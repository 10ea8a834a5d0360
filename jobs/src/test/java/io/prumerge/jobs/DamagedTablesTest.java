package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.source.ParquetFixture;
import io.prumerge.store.SparkInput;
import io.prumerge.store.Table;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.format.KeyValue;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables with damaged or missing files, in a session that sites let skip these. */
@Tag("spark")
class DamagedTablesTest {

  private static final List<String> SKIPPING =
      List.of("spark.sql.files.ignoreCorruptFiles", "spark.sql.files.ignoreMissingFiles");

  @TempDir private static Path shared;
  @TempDir private Path folder;
  private final SparkSession spark = LocalSpark.session();

  @BeforeAll
  static void prepare() {
    LocalSpark.session();
    Path data = shared.resolve("data");
    require("mini", "--split=test", "--seed=5", "--images=12", "--output=" + data);
    require(
        "prepare",
        "--benchmark=pope",
        "--source=" + data.resolve("pope"),
        "--output=" + shared.resolve("prepared"));
  }

  @BeforeEach
  void skip() {
    SKIPPING.forEach(setting -> spark.conf().set(setting, "true"));
  }

  @AfterEach
  void reset() {
    SKIPPING.forEach(setting -> spark.conf().unset(setting));
  }

  private static void require(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static Dataset<Row> examples() {
    return Table.EXAMPLES.read(
        LocalSpark.session(), List.of(shared.resolve("prepared").toString()));
  }

  /** Writes examples as a user may: several files, and no manifest. */
  private Path written(String name, Dataset<Row> rows) {
    Path table = folder.resolve(name);
    rows.coalesce(1).write().option("maxRecordsPerFile", 1).parquet(table.toString());
    return table;
  }

  private static List<Path> parts(Path table) throws IOException {
    try (Stream<Path> files = Files.list(table)) {
      return files
          .filter(file -> file.toString().endsWith(".parquet"))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }

  /** Overwrites rows of a file, but not its end, and keeps its size. */
  private static Path damage(Path file) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(4);
      bytes.write(new byte[Math.toIntExact(bytes.length() / 4)]);
    }
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    return file;
  }

  private CommandLineRun evaluate(Path examples, String output) {
    return CommandLineRun.of(
        "evaluate",
        "--model=" + Path.of(System.getProperty("project.root"), "conf", "mini-llava"),
        "--examples=" + examples,
        "--method=none",
        "--device=cpu",
        "--dtype=fp32",
        "--max-new-tokens=1",
        "--output=" + folder.resolve(output));
  }

  @Test
  void aDamagedPartOfExamplesEndsTheRun() throws IOException {
    Path table = written("own", examples());
    Path part = damage(parts(table).get(1));

    CommandLineRun run = evaluate(table, "run");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(part.getFileName().toString());
  }

  @Test
  void aDamagedPartOfPreparedExamplesIsNotCalledAChange() throws IOException {
    Path table = folder.resolve("prepared");
    JobWalk.copy(shared.resolve("prepared"), table);
    Path part = damage(parts(table).get(0));

    CommandLineRun run = evaluate(table, "run");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(part.getFileName().toString())
        .doesNotContain("changed between two reads");
  }

  /** Its size is that of the manifest, so nothing looks at it before the first task. */
  @Test
  void aDamagedFooterOfPreparedExamplesIsNamedByItsFile() throws IOException {
    Path table = folder.resolve("prepared");
    JobWalk.copy(shared.resolve("prepared"), table);
    Path part = parts(table).get(0);
    byte[] bytes = Files.readAllBytes(part);
    int footer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    Arrays.fill(bytes, bytes.length - 8 - footer / 2, bytes.length - 8 - footer / 3, (byte) 0x7f);
    Files.write(part, bytes);
    Files.deleteIfExists(part.resolveSibling("." + part.getFileName() + ".crc"));

    CommandLineRun run = evaluate(table, "run");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.problems())
        .singleElement()
        .asString()
        .contains(part.getFileName() + " is damaged")
        .doesNotContain("TProtocolException");
  }

  @Test
  void anEmptyPartIsNoPartOfATable() throws IOException {
    Path table = written("own", examples());
    Files.createFile(table.resolve("part-9.parquet"));

    assertThat(evaluate(table, "run").err())
        .contains("Cannot read file:" + table, "part-9.parquet is damaged, or no Parquet: ");
  }

  @Test
  void aFileThatIsGoneEndsTheRun() throws IOException {
    Path table = written("own", examples());
    Dataset<Row> opened = Table.EXAMPLES.read(spark, List.of(table.toString()));
    Dataset<Row> plain = SparkInput.parquet(spark, opened.schema(), table.toString());
    Files.delete(parts(table).get(0));

    for (Dataset<Row> rows : List.of(opened, plain)) {
      assertThatThrownBy(rows::count).hasStackTraceContaining("does not exist");
    }
  }

  @Test
  void rowsOfACallerAreReadWholeToo() throws IOException {
    Path table = written("own", examples());
    Dataset<Row> rows = spark.read().parquet(table.toString());

    assertThatThrownBy(() -> SparkInput.requireWhole(rows.where("width > 0"), "the DataFrame"))
        .hasMessageMatching(
            "Cannot use the DataFrame: with spark\\.sql\\.files\\.ignore(Corrupt|Missing)Files=true"
                + " Spark leaves out what it cannot read without a word; set it to false, or read"
                + " the rows with option\\(\"ignore(Corrupt|Missing)Files\", \\.\\.\\.\\)");
    SparkInput.requireWhole(
        spark
            .read()
            .option("IGNORECORRUPTFILES", "false")
            .option("ignoreMissingFiles", "false")
            .parquet(table.toString()),
        "the DataFrame");
    SparkInput.requireWhole(examples(), "the DataFrame");
    SparkInput.requireWhole(spark.range(1).toDF(), "the DataFrame");
    reset();
    SparkInput.requireWhole(rows, "the DataFrame");
  }

  @Test
  void aReportRefusesDamagedAnswers() throws IOException {
    Path table = written("own", examples());
    assertThat(evaluate(table, "run").code()).isZero();
    Path run = folder.resolve("run");
    Path part = parts(run.resolve("predictions")).get(0);
    byte[] whole = Files.readAllBytes(part);
    damage(part);

    CommandLineRun report =
        CommandLineRun.of("report", "--runs=" + run, "--output=" + folder.resolve("report"));

    assertThat(report.code()).isEqualTo(1);
    assertThat(report.err()).contains(part.getFileName().toString());

    Files.write(part, whole);
    ParquetFixture.change(part, footer -> footer.getRow_groups().get(0).setNum_rows(1));
    Files.write(part, padded(Files.readAllBytes(part), whole.length));
    CommandLineRun fewer =
        CommandLineRun.of("report", "--runs=" + run, "--output=" + folder.resolve("fewer"));

    assertThat(fewer.code()).isEqualTo(1);
    assertThat(fewer.err())
        .containsPattern("its predictions has [\\d,]+ rows, not the [\\d,]+ that _COMPLETE counts");
  }

  /** Parquet is read from its end, so bytes may stand before it. */
  private static byte[] padded(byte[] file, int length) {
    byte[] longer = new byte[length];
    int footer =
        8
            + java.nio.ByteBuffer.wrap(file)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                .getInt(file.length - 8);
    System.arraycopy(file, 0, longer, 0, file.length - footer);
    System.arraycopy(file, file.length - footer, longer, length - footer, footer);
    return longer;
  }

  @Test
  void everyFileHasTheColumns() throws IOException {
    Path table = written("own", examples());
    examples()
        .limit(1)
        .withColumn("image_id", functions.lit(7L))
        .write()
        .mode("append")
        .parquet(table.toString());

    assertThat(evaluate(table, "run").err())
        .contains(
            table + " is not a table of examples: image_id is bigint instead of string (part-");
  }

  /** As pyarrow leaves it when it writes a table of Spark's again with another column. */
  @Test
  void sparksNoteOfTheColumnsMayBeWrong() throws IOException {
    Path table = Files.createDirectories(folder.resolve("own"));
    try (ParquetFixture file =
        ParquetFixture.file(
            table.resolve("part-0.parquet"),
            "optional binary benchmark (STRING); optional binary split (STRING); optional binary"
                + " image_id (STRING); optional binary image; optional binary image_sha256"
                + " (STRING); optional int32 width; optional int32 height; optional binary"
                + " questions (STRING);")) {
      file.row(row -> row.append("benchmark", "pope").append("questions", "Is it?"));
    }
    ParquetFixture.change(
        table.resolve("part-0.parquet"),
        footer ->
            footer.addToKey_value_metadata(
                new KeyValue("org.apache.spark.sql.parquet.row.metadata")
                    .setValue(Table.EXAMPLES.schema().json())));

    CommandLineRun run = evaluate(table, "run");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            table + " is not a table of examples: questions is string instead of array<struct<",
            " (part-0.parquet)");
  }

  @Test
  void aTypeThatSparkDoesNotKnowIsNamedByItsColumn() throws IOException {
    Path table = written("own", examples());
    Path extra = table.resolve("part-9.parquet");
    try (ParquetFixture file =
        ParquetFixture.file(extra, "optional fixed_len_byte_array(16) clip_score (UUID);")) {
      file.row(row -> {});
    }
    ParquetFixture.makeUnknown(extra);

    assertThat(evaluate(table, "run").err())
        .contains(
            "clip_score has a type that this version of Spark does not know; write the table"
                + " again without this column (part-9.parquet)");
  }
}
