package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.format.CompressionCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceTableTest {

  private static final String TEXT = "optional binary %s (STRING); ";

  @TempDir private Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return file;
  }

  private HuggingFaceTable table() throws IOException {
    List<HuggingFaceTable> tables = HuggingFaceTable.all(Reading.source(folder));
    assertThat(tables).hasSize(1);
    return tables.get(0);
  }

  private List<HuggingFaceRow> rows(String... columns) throws IOException {
    List<HuggingFaceRow> rows = new ArrayList<>();
    table().read(Set.of(columns), Set.of("absent"), rows::add);
    return rows;
  }

  /** For a FLOAT16 that nobody reads, the library itself refuses the whole file. */
  @Test
  void aColumnOfANewerTypeIsInTheWayOnlyWhereItIsAskedFor() throws IOException {
    Path file = file("data/test-00000-of-00001.parquet");
    try (ParquetFixture rows =
        ParquetFixture.file(
            file,
            TEXT.formatted("name")
                + "optional group pair { optional binary a (STRING); optional int32 b; } "
                + "optional fixed_len_byte_array(16) score (UUID); "
                + TEXT.formatted("last"))) {
      rows.row(row -> row.append("name", "one").append("last", "x"));
      rows.row(row -> row.append("name", "two"));
    }
    ParquetFixture.makeUnknown(file);

    assertThat(rows("name", "last"))
        .extracting(row -> row.text("name"))
        .containsExactly("one", "two");
    assertThat(rows("pair")).hasSize(2);
    assertThatThrownBy(() -> rows("name", "score"))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "test-00000-of-00001.parquet: column 'score' has a type that this version of Parquet"
                + " does not know; write it as another one");
  }

  @Test
  void anAbsentCodecIsNamed() throws IOException {
    Path file = file("data/test-00000-of-00001.parquet");
    try (ParquetFixture rows =
        ParquetFixture.compressed(file, TEXT.formatted("name") + TEXT.formatted("other"))) {
      rows.row(row -> row.append("name", "one").append("other", "x"));
    }
    ParquetFixture.change(
        file,
        footer ->
            footer
                .getRow_groups()
                .get(0)
                .getColumns()
                .get(1)
                .getMeta_data()
                .setCodec(CompressionCodec.BROTLI));

    assertThat(rows("name")).hasSize(1);
    assertThatThrownBy(() -> rows("name", "other"))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            ".parquet: its column other is compressed with BROTLI, and there is no class"
                + " org.apache.hadoop.io.compress.BrotliCodec here; write the file again with zstd"
                + " or snappy, or add that class to Spark's");
  }

  @Test
  void readsTheTypesOfBenchmarks() throws IOException {
    String fields =
        TEXT.formatted("name")
            + "optional int32 tiny (INTEGER(8,true)); optional int32 plain; optional int64 wide;"
            + " optional int32 unsigned (INTEGER(32,false)); optional int64 huge"
            + " (INTEGER(64,false)); "
            + ParquetFixture.list("words", TEXT.formatted("element"))
            + "optional group old (LIST) { repeated binary array (STRING); } "
            + ParquetFixture.list(
                "answers",
                "optional group item { optional binary answer (STRING); optional int64 answer_id;"
                    + " }")
            + "optional group types { optional binary structural (STRING); } ";
    try (ParquetFixture file =
        ParquetFixture.file(file("data/test-00000-of-00001.parquet"), fields)) {
      file.row(
          row -> {
            row.append("name", "ä").append("tiny", -3).append("plain", 7).append("wide", 1L << 40);
            row.append("unsigned", -1).append("huge", -1L);
            Group words = row.addGroup("words");
            words.addGroup(0).append("element", "one");
            words.addGroup(0).append("element", "");
            row.addGroup("old").append("array", "x").append("array", "y");
            Group answer = row.addGroup("answers").addGroup(0).addGroup(0);
            answer.append("answer", "yes").append("answer_id", 4L);
            row.addGroup("types").append("structural", "query");
          });
      file.row(row -> row.addGroup("words").addGroup(0));
    }

    List<HuggingFaceRow> rows =
        rows(
            "name",
            "tiny",
            "plain",
            "wide",
            "unsigned",
            "huge",
            "words",
            "old",
            "answers",
            "types");
    HuggingFaceRow row = rows.get(0);
    assertThat(row.text("name")).isEqualTo("ä");
    assertThat(row.integer("tiny")).isEqualTo(-3);
    assertThat(row.integer("plain")).isEqualTo(7);
    assertThat(row.integer("wide")).isEqualTo(1L << 40);
    assertThat(row.integer("unsigned")).isEqualTo((1L << 32) - 1);
    assertThatThrownBy(() -> row.integer("huge"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "test-00000-of-00001.parquet:row 0: 'huge' is beyond 2^63: 18446744073709551615");
    assertThat(row.id("name").toString()).isEqualTo("\"ä\"");
    assertThat(row.id("wide").toString()).isEqualTo("1099511627776");
    assertThat(row.texts("words")).containsExactly("one", "");
    assertThat(row.texts("old")).containsExactly("x", "y");
    assertThat(row.structs("answers")).hasSize(1);
    assertThat(row.structs("answers").get(0).text("answer")).isEqualTo("yes");
    assertThat(row.structs("answers").get(0).integer("answer_id")).isEqualTo(4);
    assertThat(row.struct("types").orElseThrow().text("structural")).isEqualTo("query");

    HuggingFaceRow nulls = rows.get(1);
    assertThat(nulls.optionalText("name")).isEmpty();
    assertThat(nulls.optionalInteger("wide")).isEmpty();
    assertThat(nulls.texts("old")).isEmpty();
    assertThat(nulls.structs("answers")).isEmpty();
    assertThat(nulls.struct("types")).isEmpty();
    assertThat(nulls.optionalText("absent")).isEmpty();
    assertThatThrownBy(() -> nulls.text("name"))
        .isInstanceOf(DataException.class)
        .hasMessage("test-00000-of-00001.parquet:row 1: 'name' is null");
    assertThatThrownBy(() -> nulls.texts("words"))
        .isInstanceOf(DataException.class)
        .hasMessage("test-00000-of-00001.parquet:row 1: 'words' has a null in it");
    assertThatThrownBy(() -> row.text("wide"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "test-00000-of-00001.parquet:row 0: 'wide' must be a string, it is optional int64"
                + " wide");
    assertThatThrownBy(() -> row.integer("types"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'types' must be a whole number, it is optional group types");
    assertThatThrownBy(() -> row.structs("answers").get(0).integer("answer"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'answers.answer' must be a whole number");
  }

  @Test
  void saysWhereImagesLieOverShardsAndRowGroups() throws IOException {
    String fields = "required int64 id; " + ParquetFixture.image("image");
    for (int shard : new int[] {1, 0}) {
      try (ParquetFixture file =
          ParquetFixture.smallGroups(
              file("data/test-0000%d-of-00002-0a1b.parquet".formatted(shard)), fields)) {
        for (int i = 0; i < 30; i++) {
          long id = 100 * shard + i;
          file.row(
              row -> {
                row.append("id", id);
                if (id % 10 != 3) {
                  ParquetFixture.image(row, "image", new byte[] {(byte) id});
                }
              });
        }
      }
    }

    List<HuggingFaceRow> rows = rows("id", "image");

    assertThat(rows).extracting(row -> row.integer("id")).isSorted().hasSize(60);
    assertThat(rows.get(3).place("image", "x", 0)).as("a null image").isEmpty();
    String last = folder.resolve("data/test-00001-of-00002-0a1b.parquet").toUri().toString();
    assertThat(rows.get(59).place("image", "x", 0))
        .contains(
            new ImagePlace.ParquetCell("x", last.replace("file:///", "file:/"), 29, "image", 0));
    assertThatThrownBy(() -> rows.get(0).place("id", "x", 0))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'id' must be a struct, it is required int64 id");
  }

  @Test
  void findsTheImagesOfAList() throws IOException {
    String fields =
        ParquetFixture.list(
            "image",
            "optional group element { optional binary bytes; optional binary path (STRING); }");
    try (ParquetFixture file = ParquetFixture.file(file("test/0000.parquet"), fields)) {
      file.row(
          row -> {
            Group list = row.addGroup("image");
            list.addGroup(0).addGroup(0).append("path", "a.png");
            list.addGroup(0);
            list.addGroup(0).addGroup(0);
          });
    }
    HuggingFaceRow row = rows("image").get(0);

    assertThat(table().split()).isEqualTo("test");
    assertThat(row.place("image", "x", 0)).isPresent();
    assertThat(row.place("image", "x", 1)).as("a null in the list").isEmpty();
    assertThat(row.place("image", "x", 2)).get().extracting("item").isEqualTo(2);
    assertThat(row.place("image", "x", 3)).as("beyond the list").isEmpty();
  }

  private void write(String name, String fields) throws IOException {
    ParquetFixture.file(file(name), fields).close();
  }

  @Test
  void tellsTablesApartByFolderSplitAndColumns() throws IOException {
    write("en/dev-00000-of-00001.parquet", TEXT.formatted("question"));
    write("en/test-00000-of-00001.parquet", TEXT.formatted("question"));
    write("cn/test/0000.parquet", TEXT.formatted("question"));
    write("cn/test/0001.parquet", TEXT.formatted("question"));
    write("images.parquet", ParquetFixture.image("image"));
    SourceFiles source = Reading.source(folder);

    assertThat(HuggingFaceTable.all(source)).hasSize(4);
    List<HuggingFaceTable> questions = HuggingFaceTable.having(source, "question");
    assertThat(questions)
        .extracting(HuggingFaceTable::toString)
        .containsExactlyInAnyOrder("en/dev (1 file)", "en/test (1 file)", "cn/test (2 files)");
    assertThat(HuggingFaceTable.one(questions, "dev").folder()).isEqualTo("en");
    assertThatThrownBy(() -> HuggingFaceTable.one(questions, "test"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("2 Parquet tables could be read as split test, found: ")
        .hasMessageEndingWith("give one of them as source");
    assertThatThrownBy(() -> HuggingFaceTable.one(questions, "val"))
        .hasMessageStartingWith("0 Parquet tables could be read as split val");
    assertThat(HuggingFaceTable.having(source, "question", "image")).isEmpty();
  }

  @Test
  void refusesMissingShardsUnlessFilesAreNamed() throws IOException {
    write("data/test-00001-of-00003.parquet", TEXT.formatted("question"));
    write("data/test-00002-of-00003.parquet", TEXT.formatted("question"));

    assertThatThrownBy(this::table)
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "data holds 2 of the 3 files of split test; fetch the others, or name files");
    SourceFiles one = Reading.source(folder.resolve("data/test-00001-of-00003.parquet"));
    assertThat(HuggingFaceTable.all(one)).hasSize(1);
  }

  @Test
  void refusesMissingColumnsAndDamagedFiles() throws IOException {
    write("data/test-00000-of-00001.parquet", TEXT.formatted("question"));
    assertThatThrownBy(() -> rows("answer"))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "test-00000-of-00001.parquet has no column 'answer'; its columns: question");

    Path file = folder.resolve("data/test-00000-of-00001.parquet");
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(folder.resolve("data/.test-00000-of-00001.parquet.crc"));
    for (int length : new int[] {0, 3, 11, bytes.length / 2, bytes.length - 1}) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatThrownBy(this::table)
          .as("%d bytes", length)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("test-00000-of-00001.parquet is not a complete Parquet file");
    }
  }

  /** Writes equal texts, which the file stores once, in a dictionary. */
  private byte[] texts() throws IOException {
    Path file = file("test.parquet");
    try (ParquetFixture parquet = ParquetFixture.file(file, TEXT.formatted("text"))) {
      for (int i = 0; i < 10; i++) {
        parquet.row(row -> row.append("text", "a few words"));
      }
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(folder.resolve(".test.parquet.crc"));
    return bytes;
  }

  private static int at(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @Test
  void refusesAValueLongerThanItsDictionary() throws IOException {
    byte[] bytes = texts();
    bytes[at(bytes, "a few words") - Integer.BYTES] = 100;
    Files.write(folder.resolve("test.parquet"), bytes);

    List<HuggingFaceRow> rows = rows("text");

    assertThatThrownBy(() -> rows.get(0).text("text"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("test.parquet:row 0: 'text': cannot read the value: ");
  }

  @Test
  void namesTheFileWhosePageIsDamaged() throws IOException {
    byte[] bytes = texts();
    Arrays.fill(bytes, 4, at(bytes, "a few words"), (byte) 0xFF);
    Files.write(folder.resolve("test.parquet"), bytes);

    assertThatThrownBy(() -> rows("text"))
        .as("the library throws an IOException without a file name")
        .isInstanceOf(DataException.class)
        .hasMessageContaining("test.parquet: cannot read row 0: ");
  }

  @Test
  void refusesColumnsThatEndBehindTheFile() throws IOException {
    texts();
    Path file = folder.resolve("test.parquet");
    Path longer = folder.resolve("longer.parquet");
    try (ParquetFixture parquet = ParquetFixture.file(longer, TEXT.formatted("text"))) {
      parquet.row(row -> row.append("text", "many words ".repeat(1000)));
    }
    byte[] bytes = Files.readAllBytes(longer);
    int footer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - 8);
    ByteArrayOutputStream cut = new ByteArrayOutputStream();
    cut.write(bytes, 0, 4);
    cut.write(bytes, bytes.length - 8 - footer, footer + 8);
    Files.write(file, cut.toByteArray());
    Files.delete(longer);

    assertThatThrownBy(this::table)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("test.parquet is not a complete Parquet file")
        .hasMessageMatching(".*: \\[text\\] has \\d+ bytes from 4 on, the file has \\d+");
  }

  @Test
  void readsImagesOnlyWhereNothingElseSaysWhichAreNull() throws IOException {
    try (ParquetFixture written =
        ParquetFixture.file(
            folder.resolve("test.parquet"), "optional group image { optional binary bytes; }")) {
      written.row(row -> {});
      written.row(row -> ParquetFixture.image(row, "image", new byte[] {1}));
    }
    assertThat(rows("image"))
        .extracting(row -> row.json("image").isPresent())
        .containsExactly(false, true);
  }
}
