package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.HiddenName;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImageReader;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.io.api.Binary;
import org.apache.spark.util.HadoopFSUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a folder is that a benchmark's file names as its data. */
class DataFoldersTest {

  private static final Path TABLES = Path.of("src/test/resources/tables");
  private static final Path WAVE = Path.of("src/test/resources/wave5");
  private static final String TEXTS =
      "optional binary id (STRING); optional binary question (STRING); ";
  private static final String ANSWER = "optional binary answer (STRING); ";
  private static final String COLUMNS = "id: id, question: question, answers: answer";

  @TempDir private Path folder;

  private SourceFiles source;

  private List<BenchmarkQuestion> read(String columns, Path... sources) throws IOException {
    return readFile("data: x\ncolumns: {" + columns + "}\n", sources);
  }

  private List<BenchmarkQuestion> readFile(String data, Path... sources) throws IOException {
    FileBenchmark benchmark =
        new FileBenchmark(
            BenchmarkFile.parse("name: x\n" + data + "score: {d: {rule: exact}}\n", "x.yaml"),
            Optional.of(Reading.path(folder)));
    source = Reading.source(sources);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(source, benchmark.prompts(Optional.empty()), questions::add);
    return questions;
  }

  private List<String> ids(Path... sources) throws IOException {
    return read(COLUMNS, sources).stream().map(BenchmarkQuestion::id).toList();
  }

  private void parquet(String name, String fields, Consumer<Group> row) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (ParquetFixture written = ParquetFixture.file(file, fields)) {
      written.row(row);
    }
  }

  private void question(String file, String id) throws IOException {
    parquet(
        file,
        TEXTS + ANSWER,
        row -> row.append("id", id).append("question", "Q?").append("answer", "A"));
  }

  private void text(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void partsAsSparkNamesThemAreOneTable() throws IOException {
    assertThat(read(COLUMNS + ", image: image", WAVE.resolve("spark"))).hasSize(3);
    assertThat(source.notes()).isEmpty();
    assertThat(source.leftOut().warning()).isEmpty();
  }

  @Test
  void partsAreReadInTheOrderOfTheirPathsAndHiddenNamesAreNot() throws IOException {
    question("b/part-00001.snappy.parquet", "2");
    question("b/part-00000.snappy.parquet", "1");
    question("a/x.parquet", "0");
    question("_temporary/0/part-00000.parquet", "no");
    question(".b/part-00000.parquet", "no");
    text(".part-00000.parquet.crc", "no");
    text("._a.parquet", "a system's");
    text("_SUCCESS", "");
    text("_metadata.parquet", "no");
    text("b/part-00003.parquet._COPYING_", "no");

    assertThat(ids(folder)).containsExactly("0", "1", "2");
    assertThat(source.notes()).isEmpty();
  }

  @Test
  void hiddenFoldersAreNoConfigurations() throws IOException {
    for (String hidden :
        List.of("data/.ipynb_checkpoints", "data/_temporary/0", ".cache", "data/._copy")) {
      question(hidden + "/test-00000-of-00001.parquet", "no");
    }
    question("data/._test-00000-of-00001.parquet", "no");
    question("data/test-00000-of-00001.parquet", "a");

    for (Path given : List.of(folder, folder.resolve("data"))) {
      assertThat(ids(given)).containsExactly("a");
      assertThat(source.notes()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"_SUCCESS", "_a=b", "a", ".a=b", "._a", "_temporary", "a._COPYING_", "a_b", "="})
  void whatIsHiddenIsSparksRule(String name) {
    assertThat(HiddenName.is(name)).isEqualTo(HadoopFSUtils.shouldFilterOutPathName(name));
  }

  @Test
  void tablesInTheFolderOfPicturesAreNotRead() throws IOException {
    String row = "id,question,answer,image\n%s,Q?,A,p.png\n";
    text("data/a.csv", row.formatted("a"));
    text("pics/p.png", "");
    text("pics/old.csv", row.formatted("old"));
    text("pics/metadata.jsonl", "{}");
    String columns = "\ncolumns: {" + COLUMNS + ", image: image}\n";
    Path data = folder.resolve("data");
    Path pictures = folder.resolve("pics");

    assertThat(readFile("data: data\nimages: pics" + columns, data, pictures))
        .extracting(BenchmarkQuestion::id)
        .containsExactly("a");
    assertThat(readFile("data: [data]\nimages: [data/../pics]" + columns, data, pictures))
        .extracting(BenchmarkQuestion::id)
        .containsExactly("a");
    Files.delete(pictures.resolve("metadata.jsonl"));
    for (String both : List.of("data: [data, pics]\nimages: pics", "data: x\nimages: data/p")) {
      assertThat(readFile(both + columns, data, pictures))
          .as(both)
          .extracting(BenchmarkQuestion::id)
          .containsExactly("a", "old");
    }
    assertThat(readFile("data: data\nimages: pics" + columns, pictures))
        .extracting(BenchmarkQuestion::id)
        .containsExactly("old");
  }

  @Test
  void hubsTablesInTheFolderOfPicturesAreNotRead() throws IOException {
    question("data/test-00000-of-00001.parquet", "a");
    question("pics/test-00000-of-00001.parquet", "no");

    assertThat(
            readFile(
                "data: data\nimages: pics\ncolumns: {" + COLUMNS + "}\nimage_optional: true\n",
                folder.resolve("data"),
                folder.resolve("pics")))
        .extracting(BenchmarkQuestion::id)
        .containsExactly("a");
  }

  @Test
  void filesOfOtherNamesAreNamedOnce() throws IOException {
    text("part-0.csv", "id,question,answer\na,Q?,A\n");
    for (String name :
        List.of("000000_0", "b/part-00000", "x.parquet.gzip", "y.ndjson", "z.csv.zip", "c.arrow")) {
      text(name, "rows");
    }
    Files.createSymbolicLink(folder.resolve("gone.csv"), folder.resolve("nowhere"));
    for (String none : List.of("p.jpg", "README.md", "x.yaml", "_SUCCESS", ".part-0.csv.crc")) {
      text(none, "none");
    }
    text("clip/0001.png", "");
    text("clip/frames.json", "{\"fps\": 2}");
    text("empty", "");

    assertThat(ids(folder)).containsExactly("a");
    assertThat(source.notes())
        .containsExactly(
            "7 files beside those of the table are not read: 000000_0, c.arrow, gone.csv, ...");
  }

  @Test
  void aTableIsReadThatIsCalledAsAClipsFrames() throws IOException {
    text("frames.json", "[{\"id\": \"a\", \"question\": \"Q?\", \"answer\": \"A\"}]");

    assertThat(ids(folder)).containsExactly("a");
  }

  @Test
  void foldersNamesAreColumnsOfTextAsTheySpellIt() throws IOException {
    question("day=2026-03-01/shop=caf%C3%A9%2Fbar/part-0.parquet", "a");
    question("day=2026-03-01/shop=01/part-0.parquet", "b");
    question("day=__HIVE_DEFAULT_PARTITION__/shop=a=b%25/part-0.parquet", "c");
    question("day=2026-03-02/shop=50%/part-0.parquet", "d");

    assertThat(read(COLUMNS + ", category: [day, shop]", folder))
        .extracting(
            BenchmarkQuestion::id,
            one -> one.reference().category(),
            one -> one.reference().extra().get(BenchmarkQuestion.GROUPS))
        .containsExactlyInAnyOrder(
            tuple("a", "day=2026-03-01", "shop=café/bar"),
            tuple("b", "day=2026-03-01", "shop=01"),
            tuple("c", "shop=a=b%", null),
            tuple("d", "day=2026-03-02", "shop=50%"));
  }

  @Test
  void aKeyThatIsAColumnTooIsRefused() throws IOException {
    question("Answer=x/part-0.parquet", "a");

    assertThatThrownBy(() -> ids(folder))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "Answer=x/part-0.parquet has the column 'answer', and the name of its folder says"
                + " another value of it; rename one of the two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"part-%d.parquet", "%d.parquet", "test-0000%d-of-00003.parquet"})
  void columnsThatAFileLacksAreNullAndCounted(String name) throws IOException {
    question(name.formatted(0), "a");
    parquet(name.formatted(1), TEXTS, row -> row.append("id", "b").append("question", "Q?"));
    parquet(
        name.formatted(2),
        TEXTS + ANSWER + "optional binary more (STRING);",
        row -> row.append("id", "c").append("question", "Q?").append("answer", "A"));

    List<BenchmarkQuestion> questions = read(COLUMNS, folder);
    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("a", "b", "c");
    assertThat(questions.get(1).reference().answers()).isEmpty();
    assertThat(source.notes())
        .containsExactly(
            "1 of 3 files lack the column 'answer', such as "
                + name.formatted(1)
                + ": it is null in their 1 row");
  }

  @Test
  void twoTypesOfAColumnAreRefusedWithBothFiles() throws IOException {
    question("part-0.parquet", "a");
    parquet(
        "part-1.parquet",
        TEXTS + "optional int64 answer; ",
        row -> row.append("id", "b").append("question", "Q?").append("answer", 1L));

    assertThatThrownBy(() -> ids(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "The column 'answer' has two types: optional binary answer (STRING) in ",
            "part-0.parquet, optional int64 answer in ",
            "part-1.parquet; write the files with one");
  }

  @Test
  void typesThatAreReadAlikeAreOne() throws IOException {
    String written = TEXTS + "optional %s answer; ";
    parquet(
        "part-0.parquet",
        written.formatted("int32"),
        row -> row.append("id", "a").append("question", "Q?").append("answer", 1));
    parquet(
        "part-1.parquet",
        written.formatted("int64"),
        row -> row.append("id", "b").append("question", "Q?").append("answer", 2L));
    // A column of nothing but nulls, to which pandas gives some type.
    parquet(
        "part-2.parquet",
        written.formatted("double"),
        row -> row.append("id", "c").append("question", "Q?"));

    assertThat(read(COLUMNS, folder))
        .extracting(one -> one.reference().answers())
        .containsExactly(List.of("1"), List.of("2"), List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "t/_delta_log/00000000000000000000.json, t/part-0.parquet, a Delta table, {format: delta",
    "t/_delta_log/00000000000000000000.json, t/day=1/part-0.parquet, a Delta table, table:NAME",
    "t/metadata/v1.metadata.json, t/data/day=1/0.parquet, an Iceberg table, deleted rows",
    "t/metadata/00000-a.gz.metadata.json, t/data/0.parquet, an Iceberg table, deleted rows",
    "t/.hoodie/hoodie.properties, t/0.parquet, a Hudi table, deleted rows",
    "t/schema/schema-0, t/day=1/bucket-0/data-1.parquet, a Paimon table, {format: paimon",
    "t/_spark_metadata/0, t/day=1/part-0.parquet, the folder of a streaming sink, that log",
    "t/delete_delta_0000002_0000002_0000/b, t/base_0000001_v0000003/a.parquet, a transactional"
        + " table of Hive, transactions",
    "t/delta_0000002_0000002/b, t/delta_0000001_0000001_0000/a.parquet, a transactional table of"
        + " Hive, transactions",
    "t/ducklake-0197e8a4-52ec-7c2f-b9b8-77b8e3a5e6a1-delete.parquet,"
        + " t/ducklake-0197e8a4-52ec-7c2f-b9b8-77b8e3a5e6a2.parquet, a DuckLake table, its catalog",
  })
  void tablesWithAListOfTheirRowsAreRefusedByName(
      String mark, String file, String name, String words) throws IOException {
    text(mark, "{}");
    question(file, "deleted");

    for (Path at = folder.resolve(file); !at.equals(folder.getParent()); at = at.getParent()) {
      Path given = at;
      assertThatThrownBy(() -> ids(given))
          .as("%s", given)
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("/t is " + name + " (it has ", words);
    }
  }

  @Test
  void aFolderOfMetadataAloneIsNoTable() throws IOException {
    text("metadata/readme.json", "{}");
    text("schema/questions.json", "{}");
    question("data/part-0.parquet", "a");

    assertThat(ids(folder)).containsExactly("a");
    question("base_1/part-0.parquet", "b");
    assertThat(ids(folder)).containsExactly("b", "a");
  }

  @Test
  void configurationsBesideEachOtherAreOneBenchmark() throws IOException {
    for (String subject : List.of("Accounting", "Art", "Biology", "Music")) {
      question(subject + "/dev-00000-of-00001.parquet", "dev_" + subject);
      question(subject + "/test-00000-of-00002.parquet", "test_" + subject + "_1");
      question(subject + "/test-00001-of-00002.parquet", "test_" + subject + "_2");
    }

    assertThat(ids(folder))
        .hasSize(8)
        .startsWith("test_Accounting_1", "test_Accounting_2", "test_Art_1");
    assertThat(source.splitsRead()).containsExactly("test");
    assertThat(source.notes())
        .containsExactly(
            "The split test of 4 configurations (Accounting, Art, Biology, ...) is read as one"
                + " table");

    assertThat(ids(folder.resolve("Art"))).containsExactly("test_Art_1", "test_Art_2");
    assertThat(source.notes())
        .containsExactly(
            "Only Art is read; beside it 3 folders have the same split (Accounting, Biology, Music):"
                + " give "
                + Reading.path(folder).toString().replaceFirst("/$", "")
                + " to read all as one");
  }

  @Test
  void aTableOfTheSplitThatLacksColumnsIsNamed() throws IOException {
    question("a/test-00000-of-00001.parquet", "a");
    parquet("b/test-00000-of-00001.parquet", TEXTS, row -> row.append("id", "b"));

    assertThat(ids(folder)).containsExactly("a");
    assertThat(source.notes())
        .containsExactly("b/test (1 file) is not read: it lacks columns of the questions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".gz", ".bz2", ".deflate", ".snappy", ".lz4"})
  void cellsAndJsonArePartsAsHadoopsCodecsReadThem(String codec) throws IOException {
    String picture = Base64.getEncoder().encodeToString(new byte[90]);
    packed(
        "csv/day=1/part-00000.csv" + codec,
        "id,question,answer,image\na,Q?,A," + picture + "\nb,Q?,B," + picture + "x\n");
    packed("csv/day=2/part-00001.csv" + codec, "question,id,answer,image\nQ?,c,C,\n");
    text("csv/day=2/part-00002.csv", "");
    text("csv/_SUCCESS", "");
    List<BenchmarkQuestion> cells =
        read(COLUMNS + ", image: image, category: day", folder.resolve("csv"));
    assertThat(cells).extracting(BenchmarkQuestion::id).containsExactly("a", "b", "c");
    assertThat(cells).extracting(one -> one.reference().category()).containsExactly("1", "1", "2");
    try (ImageReader reader = new ImageReader(ImageFolder.NONE, 1000, Reading.HADOOP)) {
      for (int i : new int[] {0, 1, 0}) {
        assertThat(reader.read(cells.get(i).image().orElseThrow()).orElseThrow())
            .isEqualTo(i == 0 ? new byte[90] : (picture + "x").getBytes(StandardCharsets.UTF_8));
      }
    }

    packed(
        "json/part-00000.json" + codec,
        "{\"id\":\"a\",\"question\":\"Q?\",\"answer\":\"A\"}\n{\"id\":\"b\",\"question\":\"Q?\"}\n");
    packed("json/part-00001.json" + codec, "{\"id\":\"c\",\"question\":\"Q?\",\"answer\":\"C\"}\n");
    assertThat(ids(folder.resolve("json"))).containsExactly("a", "b", "c");
    assertThat(source.notes()).isEmpty();
  }

  private void packed(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    CompressionCodec codec =
        new CompressionCodecFactory(Reading.HADOOP).getCodec(Reading.path(file));
    try (OutputStream plain = Files.newOutputStream(file);
        OutputStream bytes =
            codec == null
                ? plain
                : name.endsWith(".gz")
                    ? new GZIPOutputStream(plain)
                    : codec.createOutputStream(plain)) {
      bytes.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Spark's first task writes a file though it has no rows; pandas' columns without a value. */
  @Test
  void partsOfNothingAndColumnsOfNothingAreRead() throws IOException {
    packed("csv/part-00000.csv.gz", "");
    packed("csv/part-00001.csv.bz2", "");
    packed("csv/part-00002.csv.gz", "id,question,answer\na,Q?,A\n");
    assertThat(ids(folder.resolve("csv"))).containsExactly("a");

    Files.createDirectories(folder.resolve("nulls"));
    Files.copy(TABLES.resolve("nulls.parquet"), folder.resolve("nulls/a.parquet"));
    parquet(
        "nulls/b.parquet",
        "optional int64 id; optional binary question (STRING); " + ANSWER,
        row -> row.append("id", 3L).append("question", "Q?").append("answer", "A"));
    assertThat(read(COLUMNS, folder.resolve("nulls")))
        .extracting(BenchmarkQuestion::id, one -> one.reference().answers())
        .containsExactly(
            tuple("0", List.of()),
            tuple("1", List.of()),
            tuple("2", List.of()),
            tuple("3", List.of("A")));
  }

  @Test
  void aDamagedPartIsNamed() throws IOException {
    packed("part-00000.csv.bz2", "id,question,answer\n" + "a,Q?,A\n".repeat(1000));
    Path file = folder.resolve("part-00000.csv.bz2");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> ids(folder))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("part-00000.csv.bz2: cannot be unpacked");
  }

  @Test
  void invalidRowsOfASmallPartAreLeftOutAsThoseOfOthersAre() throws IOException {
    text("part-0.csv", "id,question,answer\na,Q?,A\nb,Q?,A\nc,Q?,A\n");
    text("part-1.csv", "id,question,answer\nd,Q?\n");

    assertThat(ids(folder)).containsExactly("a", "b", "c");
    assertThat(source.leftOut().count()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "part-0.json | part-1.json | {\"id\": \"d\", \"ques",
        "part-0.jsonl | part-1.jsonl | {\"id\": \"d\", \"ques",
        "a.json | b.json | [7]",
      })
  void invalidRowsOfASmallPartOfJsonAreLeftOutToo(String whole, String part, String cut)
      throws IOException {
    String rows = "{\"id\": \"%s\", \"question\": \"Q?\", \"answer\": \"A\"}\n";
    text("d/" + whole, rows.formatted("a") + rows.formatted("b") + rows.formatted("c"));
    text("d/" + part, cut);

    assertThat(ids(folder.resolve("d"))).containsExactly("a", "b", "c");
    assertThat(source.leftOut().count()).isEqualTo(1);
    text("d/" + whole, cut);
    assertThatThrownBy(() -> ids(folder.resolve("d")))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(whole + ":1: ");
  }

  @Test
  void whatIsNoOneTableIsRefused() throws IOException {
    text("two/a.csv", "id,question,answer\n1,Q?,A\n");
    text("two/b.jsonl", "{\"id\":2}\n");
    assertThatThrownBy(() -> ids(folder.resolve("two")))
        .hasMessageEndingWith(
            "two holds files of several formats (.csv, .jsonl), such as a.csv, b.jsonl; name those"
                + " of the questions as source");

    text("splits/test.csv", "id,question,answer\n1,Q?,A\n");
    text("splits/train.csv", "id,question,answer\n2,Q?,A\n");
    assertThatThrownBy(() -> ids(folder.resolve("splits")))
        .hasMessageContaining("named as splits are (test.csv, train.csv)");

    text("bare/part-0.csv", "1,Q?,A\n2,Q?,B\n");
    text("bare/part-1.csv", "3,R?,C\n");
    assertThatThrownBy(() -> ids(folder.resolve("bare")))
        .hasMessageContaining("have no column in common; write the files with headers");

    text("none/part-0.orc", "ORC");
    assertThatThrownBy(() -> ids(folder.resolve("none")))
        .hasMessageStartingWith("No file of a table (.csv, .tsv, .jsonl, .json, .parquet) in ")
        .hasMessageContaining("none, which has part-0.orc; name a file");
  }

  @Test
  void aPartitionThatIsALinkIsNamed() throws IOException {
    question("data/day=1/part-0.parquet", "a");
    question("elsewhere/part-0.parquet", "b");
    Files.createSymbolicLink(folder.resolve("data/day=2"), folder.resolve("elsewhere"));

    assertThat(ids(folder.resolve("data"))).containsExactly("a");
    assertThat(source.notes())
        .singleElement()
        .asString()
        .startsWith("1 link to a folder is not followed, such as ")
        .endsWith("data/day=2: give the folder itself to read it, too");
  }

  @Test
  void otherFilesBesideParquetAreNamed() throws IOException {
    question("part-0.parquet", "a");
    text("info.json", "{}");

    assertThat(ids(folder)).containsExactly("a");
    assertThat(source.notes())
        .containsExactly("1 file beside those of the table is not read: info.json");
  }

  @Test
  void daysAndTimesAreTextsOfIso() throws IOException {
    int day = (int) LocalDate.of(2026, 3, 1).toEpochDay();
    long micros = day * 86_400_000_000L + 34_200_000_000L;
    Binary impala =
        Binary.fromConstantByteBuffer(
            ByteBuffer.allocate(12)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(34_200_000_000_000L)
                .putInt(2_440_588 + day)
                .flip());
    parquet(
        "part-0.parquet",
        TEXTS
            + "optional int32 day (DATE); optional int64 at (TIMESTAMP(MICROS,true));"
            + " optional int64 local (TIMESTAMP(MILLIS,false)); optional int96 old;"
            + " optional int64 time (TIME(NANOS,true)); ",
        row ->
            row.append("id", "a")
                .append("question", "Q?")
                .append("day", day)
                .append("at", micros)
                .append("local", micros / 1000 + 1)
                .append("old", NanoTime.fromBinary(impala))
                .append("time", 34_200_000_000_000L));

    assertThat(
            read("id: id, question: question, category: [day, at, local, old, time]", folder)
                .get(0)
                .reference())
        .satisfies(
            reference -> {
              assertThat(reference.category()).isEqualTo("day=2026-03-01");
              assertThat(reference.extra().get(BenchmarkQuestion.GROUPS).lines())
                  .containsExactly(
                      "at=2026-03-01T09:30:00Z",
                      "local=2026-03-01T09:30:00.001",
                      "old=2026-03-01T09:30:00Z",
                      "time=09:30:00");
            });
  }
}
