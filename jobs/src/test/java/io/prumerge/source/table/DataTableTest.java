package io.prumerge.source.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataTableTest {

  private static final String TEXT = "optional binary %s (STRING); ";
  private static final List<String> ALL = List.of("id", "photo", "question", "answers", "note");

  @TempDir private Path folder;

  /** A question as the files of all formats have it. */
  private record Ticket(int id, String photo, String question, List<String> answers, String note) {}

  private static final List<Ticket> TICKETS =
      List.of(
          new Ticket(1, "a.jpg", "What is it?", List.of("lamp"), "plain"),
          new Ticket(2, "sub/b c.png", "It says \"no\", why?", List.of("it's", "\"x\""), "NA"),
          new Ticket(3, "ü.jpg", "two\nlines, and a comma", List.of("a, b", "c"), "None"),
          new Ticket(4, "a.jpg", "tab\there", List.of("1", "2.5"), "nan"),
          new Ticket(5, "", "no picture", List.of("yes"), ""),
          new Ticket(6, "d.jpg", "漢字", List.of("\\n", "\n"), "0"),
          new Ticket(7, "e.jpg", "[1] what?", List.of(), " space "),
          new Ticket(8, "f.jpg", "'quoted'", List.of("[x]"), "null"),
          new Ticket(9, "g.jpg", "\r\n", List.of("x", ""), "true"),
          new Ticket(10, "h.jpg", "last", List.of("a", "b", "c"), "1e5"));

  private static List<DataRow> rows(DataTable table) throws IOException {
    List<DataRow> rows = new ArrayList<>();
    table.read(Set.copyOf(ALL), rows::add);
    return rows;
  }

  private List<DataTable> open(Path... files) throws IOException {
    return DataTable.open(Reading.source(files), "test");
  }

  private DataTable table(String name, String content) throws IOException {
    return open(Files.writeString(folder.resolve(name), content)).get(0);
  }

  private static String json(String text) {
    return TextNode.valueOf(text).toString();
  }

  private static String json(List<String> texts) {
    return "[" + String.join(", ", texts.stream().map(DataTableTest::json).toList()) + "]";
  }

  private static String object(Ticket ticket) {
    return "{\"id\": %d, \"photo\": %s, \"question\": %s, \"answers\": %s, \"note\": %s}"
        .formatted(
            ticket.id(),
            ticket.photo().isEmpty() ? "null" : json(ticket.photo()),
            json(ticket.question()),
            json(ticket.answers()),
            json(ticket.note()));
  }

  private static String cells(String separator) {
    StringBuilder text = new StringBuilder("\uFEFF" + String.join(separator, ALL) + "\r\n");
    for (Ticket ticket : TICKETS) {
      List<String> cells =
          List.of(
              Integer.toString(ticket.id()),
              ticket.photo(),
              ticket.question(),
              ticket.answers().isEmpty() ? "" : json(ticket.answers()),
              ticket.note());
      text.append(String.join(separator, cells.stream().map(DataTableTest::quoted).toList()));
      text.append("\r\n");
    }
    return text.toString();
  }

  private static String quoted(String cell) {
    return "\"" + cell.replace("\"", "\"\"") + "\"";
  }

  private Path parquet() throws IOException {
    Path file = folder.resolve("t.parquet");
    String fields =
        "optional int64 id; "
            + TEXT.formatted("photo")
            + TEXT.formatted("question")
            + ParquetFixture.list("answers", TEXT.formatted("element"))
            + TEXT.formatted("note");
    try (ParquetFixture written = ParquetFixture.compressed(file, fields)) {
      for (Ticket ticket : TICKETS) {
        written.row(
            row -> {
              row.append("id", (long) ticket.id()).append("question", ticket.question());
              if (!ticket.photo().isEmpty()) {
                row.append("photo", ticket.photo());
              }
              Group answers = row.addGroup("answers");
              ticket.answers().forEach(answer -> answers.addGroup(0).append("element", answer));
              row.append("note", ticket.note());
            });
      }
    }
    return file;
  }

  private static void assertTickets(DataTable table, List<String> where, boolean typed)
      throws IOException {
    assertThat(table.columns()).isEqualTo(ALL);
    List<DataRow> rows = rows(table);
    assertThat(rows).extracting(DataRow::where).isEqualTo(where);
    for (int i = 0; i < TICKETS.size(); i++) {
      Ticket ticket = TICKETS.get(i);
      DataRow row = rows.get(i);
      assertThat(row.id("id").asText()).isEqualTo(Integer.toString(ticket.id()));
      assertThat(row.id("id").isNumber()).isEqualTo(typed);
      assertThat(row.text("id")).contains(Integer.toString(ticket.id()));
      assertThat(row.text("question")).contains(ticket.question());
      assertThat(row.text("note")).isEqualTo(present(ticket.note()));
      assertThat(row.has("note")).isEqualTo(!ticket.note().isEmpty());
      assertThat(row.has("answers")).isEqualTo(!ticket.answers().isEmpty());
      assertThat(row.texts("answers")).isEqualTo(ticket.answers());
      assertThat(row.has("absent")).isFalse();
      assertThat(row.text("absent")).isEmpty();
      assertThat(row.texts("absent")).isEmpty();
      assertThat(row.images("absent", true, "x")).isEmpty();
      assertThat(row.images("photo", true, "x"))
          .isEqualTo(
              present(ticket.photo()).stream()
                  .map(name -> Optional.<ImagePlace>of(new ImagePlace.InFolder(name)))
                  .toList());
    }
  }

  private static Optional<String> present(String text) {
    return Optional.of(text).filter(some -> !some.isEmpty());
  }

  @Test
  void readsTheSameFromEveryFormat() throws IOException {
    String lines = String.join("\n", TICKETS.stream().map(DataTableTest::object).toList());
    List<String> cellLines =
        List.of(2, 3, 4, 6, 7, 8, 9, 10, 11, 13).stream().map(line -> ":" + line).toList();
    List<String> jsonLines = numbers(1);

    assertTickets(table("t.csv", cells(",")), named("t.csv", cellLines), false);
    assertTickets(table("t.TSV", cells("\t")), named("t.TSV", cellLines), false);
    assertTickets(table("t.jsonl", "\uFEFF" + lines + "\n"), named("t.jsonl", jsonLines), true);
    assertTickets(
        table("t.json", "[\n" + lines.replace("}\n{", "},\n{") + "]"),
        named("t.json", numbers(2)),
        true);
    List<String> parquetRows = TICKETS.stream().map(ticket -> ":row " + (ticket.id() - 1)).toList();
    assertTickets(open(parquet()).get(0), named("t.parquet", parquetRows), true);
  }

  private static List<String> numbers(int first) {
    return TICKETS.stream().map(ticket -> ":" + (ticket.id() - 1 + first)).toList();
  }

  private static List<String> named(String file, List<String> lines) {
    return lines.stream().map(line -> file + line).toList();
  }

  @Test
  void opensEveryFileThatIsNamedOrElseTheTableOfTheFolders() throws IOException {
    Path csv = Files.writeString(folder.resolve("a.csv"), "question\nx\n");
    Path lines = Files.writeString(folder.resolve("b.jsonl"), "{\"question\": \"y\"}\n");
    assertThat(open(lines, csv, folder))
        .extracting(DataTable::name)
        .containsExactly("b.jsonl", "a.csv");
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            " holds files of several formats (.csv, .jsonl), such as a.csv, b.jsonl; name those of"
                + " the questions as source");
    assertThatThrownBy(() -> open(Files.writeString(folder.resolve("a.xlsx"), "")))
        .hasMessageEndingWith(
            "a.xlsx is not known by its name; names of tables end with one of .csv, .tsv, .jsonl,"
                + " .json, .parquet");

    for (String split : List.of("dev", "test")) {
      try (ParquetFixture written =
          ParquetFixture.file(folder.resolve(split + ".parquet"), TEXT.formatted("question"))) {
        written.row(row -> row.append("question", split));
      }
    }
    SourceFiles source = Reading.source(folder);
    List<DataTable> tables = DataTable.open(source, "test");
    assertThat(rows(tables.get(0)))
        .extracting(row -> row.text("question").orElseThrow())
        .containsExactly("test");
    assertThat(source.splitsRead()).containsExactly("test");
    assertThatThrownBy(() -> open(csv.resolveSibling("none.csv"))).isInstanceOf(IOException.class);
  }

  @Test
  void writesNumbersAsPythonDoes() throws IOException {
    DataRow row =
        rows(table(
                "n.jsonl",
                "{\"id\": 1.5, \"photo\": 1e22, \"question\": 123456789012345678901234567890,"
                    + " \"answers\": [1, 2.50, true, \"x\"], \"note\": false}\n"))
            .get(0);
    assertThat(row.text("photo")).contains("1e+22");
    assertThat(row.text("question")).contains("123456789012345678901234567890");
    assertThat(row.texts("answers")).containsExactly("1", "2.5", "True", "x");
    assertThat(row.texts("note")).containsExactly("False");
    assertThatThrownBy(() -> row.id("id"))
        .isInstanceOf(DataException.class)
        .hasMessage("n.jsonl:1: 'id' must be an integer or a text, it is 1.5");
    assertThatThrownBy(() -> row.id("absent"))
        .hasMessage(
            "n.jsonl:1: 'absent' is empty; expected the question's id, an integer or a text");
    assertThatThrownBy(() -> row.text("answers"))
        .hasMessage("n.jsonl:1: 'answers' must be one text or number, it is a list");

    Path file = folder.resolve("n.parquet");
    try (ParquetFixture written =
        ParquetFixture.file(
            file,
            "optional float id; optional double photo; optional boolean question;"
                + " optional int64 answers (INTEGER(64,false)); optional int32 note (DECIMAL(9,2));")) {
      written.row(
          cells ->
              cells
                  .append("id", 0.1f)
                  .append("photo", 1e-7)
                  .append("question", true)
                  .append("answers", -1L)
                  .append("note", 150));
      written.row(cells -> cells.append("photo", Double.NaN));
    }
    List<DataRow> rows = rows(open(file).get(0));
    assertThat(ALL.stream().map(column -> rows.get(0).text(column).orElseThrow()))
        .containsExactly("0.1", "1e-07", "True", "18446744073709551615", "1.50");
    assertThat(rows.get(0).id("answers").isBigInteger()).isTrue();
    assertThat(rows.get(1).has("photo")).isTrue();
    assertThat(rows.get(1).text("id")).isEmpty();
    assertThatThrownBy(() -> rows.get(1).text("photo"))
        .isInstanceOf(DataException.class)
        .hasMessage("n.parquet:row 1: 'photo' is NaN, not a number");
  }

  @Test
  void keepsTheTypesOfIds() throws IOException {
    DataTable table = table("i.jsonl", "{\"id\": 7}\n{\"id\": \"007\"}\n{\"id\": 99999999999}\n");
    assertThat(rows(table))
        .extracting(row -> row.id("id"))
        .containsExactly(
            IntNode.valueOf(7), TextNode.valueOf("007"), LongNode.valueOf(99999999999L));
    assertThat(rows(table("i.csv", "id,note\n007,\n")).get(0).id("id"))
        .isEqualTo(TextNode.valueOf("007"));
  }

  @Test
  void leavesOutRowsThatCannotBeRead() throws IOException {
    assertLeftOut(
        "t.csv",
        "id,note\n1,a\n2\n3,c\n4,d,e\n5,e\n",
        "1 3 5",
        "t.csv:3: 1 cell in this row, 2 in the header (is the file cut off?); t.csv:5: 3 cells in this row, 2 in the header (is the file cut off?)");
    assertLeftOut(
        "t.jsonl",
        "{\"id\": 1}\n{\"id\": \n{\"id\": 3}\n{\"id\": 4}\n[]\n",
        "1 3 4",
        "t.jsonl:2: not valid JSON (is the file cut off?), column 8: ");
    assertLeftOut(
        "t.json",
        "[{\"id\": 1},\n2, {\"id\": 3}]",
        "1 3",
        "t.json:2: expected a JSON object, found NUMBER");
    assertLeftOut(
        "t.json",
        "{\"version\": \"1\", \"data\": [7,\n{\"id\": 1}, {\"id\": 3}]}",
        "1 3",
        "t.json:1: expected a JSON object, found NUMBER");
  }

  @Test
  void saysWhichArraysOfAFileAreNotRead() throws IOException {
    SourceFiles source =
        Reading.source(
            Files.writeString(
                folder.resolve("j.json"),
                "{\"train\": [{\"id\": 1}], \"n\": [1], \"test\": [{\"id\": 2}], \"none\": []}"));
    DataTable.open(source, "test").get(0).read(Set.of("id"), row -> {});

    assertThat(source.notes())
        .containsExactly("j.json: only the rows in 'test' are read, not those in train");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'train': [{'id': 1}, {'id': 2}], 'test': [{'id': 3}]} | 3",
        "{'test': [{'id': 3}], 'val': [{'id': 1}]} | 3",
        "{'about': 'x', 'train': [{'id': 1}], 'test': [{'id': 3}], 'n': {'a': 1}} | 3",
        "{'train': [{'id': 1}], 'test': []} | 1",
        "{'train': [{'id': 1}]} | 1",
        "{'questions': [{'id': 1}], 'test': [{'id': 3}]} | 1",
      })
  void ofSeveralSplitsInAFileTheAskedOneIsRead(String content, String ids) throws IOException {
    assertThat(rows(table("j.json", content.replace('\'', '"'))))
        .extracting(row -> row.id("id").asText())
        .containsExactly(ids.split(" "));
  }

  @Test
  void aNumberWithAPointIsAnIdAsLongAsItsDigitsAreKept() throws IOException {
    List<DataRow> rows =
        rows(table("j.jsonl", "{\"id\": 9007199254740991.0}\n{\"id\": 9007199254740993.0}"));
    assertThat(rows.get(0).id("id")).isEqualTo(LongNode.valueOf(9007199254740991L));
    assertThatThrownBy(() -> rows.get(1).id("id"))
        .hasMessage("j.jsonl:2: 'id' must be an integer or a text, it is 9.007199254740992E15");
  }

  @Test
  void aFileOfOtherSplitsIsRefusedByTheirNames() throws IOException {
    DataTable table = table("j.json", "{\"train\": [{\"id\": 1}], \"val\": [{\"id\": 2}]}");
    assertThatThrownBy(() -> rows(table))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "looked in its fields train, val; train and val each hold an array of")
        .hasMessageContaining("none of them is the split 'test', which is asked for");
  }

  private void assertLeftOut(String name, String content, String ids, String reasons)
      throws IOException {
    SourceFiles source = Reading.source(Files.writeString(folder.resolve(name), content));
    List<String> read = new ArrayList<>();
    DataTable.open(source, "test")
        .get(0)
        .read(Set.of("id"), row -> read.add(row.id("id").asText()));
    assertThat(read).containsExactly(ids.split(" "));
    assertThat(source.leftOut().reasons()).startsWith(reasons);
  }

  /** By other programs' habits, and Python's NaN. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\uFEFF{\"id\": 1}\n{\"id\": 2}\n",
        "{\"id\": 1, \"x\": NaN}\n{\"id\": 2, \"x\": -Infinity}\n",
        "{\"id\": 1}\r\n\r\n{\"id\": 2}\r\n\r\n",
        "\n\n{\"id\": 1}\n{\"id\": 2}",
        "[{\"id\": 1}, {\"id\": 2}]",
        "[\n  {\n \"id\": 1\n },\n {\"id\": 2.0}\n]\n"
      })
  void linesAndArraysOfJsonAreReadUnderEitherName(String text) throws IOException {
    for (String name : List.of("t.json", "t.jsonl", "t.JSON")) {
      List<String> ids = new ArrayList<>();
      table(name, text).read(Set.of("id"), row -> ids.add(row.id("id").toString()));
      assertThat(ids).as(name).containsExactly("1", "2");
    }
  }

  /** Spark writes bytes into JSON as base64, and reads texts there. */
  @Test
  void aPictureInAStructMayBeBase64() throws IOException {
    byte[] picture =
        "no longer text is a picture's id; ".repeat(3).getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("p.parquet");
    String struct =
        "optional group photo { optional binary bytes (STRING); " + TEXT.formatted("path");
    try (ParquetFixture written = ParquetFixture.file(file, TEXT.formatted("id") + struct + "}")) {
      for (String text : List.of(Base64.getEncoder().encodeToString(picture), "short")) {
        written.row(
            row ->
                row.append("id", "1").addGroup("photo").append("bytes", text).append("path", "x"));
      }
    }
    List<Optional<ImagePlace>> places = new ArrayList<>();
    SourceFiles source = Reading.source(file);
    DataTable.open(source, "test")
        .get(0)
        .read(Set.of("id", "photo"), row -> places.addAll(row.images("photo", false, "1")));
    assertThat(places).hasSize(1);
    assertThat(bytes(places.get(0).orElseThrow())).isEqualTo(picture);
    assertThat(source.leftOut().reasons()).contains("'photo' is no base64 text: 'short'");
  }

  @Test
  void aNumberOfJsonThatIsNoneIsAbsentInStructsToo() throws IOException {
    table("t.jsonl", "{\"x\": NaN, \"m\": {\"a\": NaN, \"b\": 1}}\n")
        .read(
            Set.of("x", "m"),
            row -> {
              assertThat(row.has("x")).isFalse();
              assertThat(row.text("m.a")).isEmpty();
              assertThat(row.text("m.b")).contains("1");
            });
  }

  /** Python writes a document as one line, as GQA's and VQAv2's files are. */
  @Test
  void aDocumentOfOneLineMayBeLongerThanARow() throws IOException {
    String row = "{\"id\": 1, \"text\": \"" + "x".repeat(1 << 20) + "\"}";
    String rows = String.join(", ", Collections.nCopies(17, row));
    List<String> ids = new ArrayList<>();

    for (String text :
        List.of(
            "[" + rows + "]",
            "{\"info\": 1, \"rows\": [" + rows + "]}",
            IntStream.range(0, 17)
                .mapToObj(i -> "\"%d\": %s".formatted(i, row))
                .collect(Collectors.joining(", ", "{", "}")))) {
      table("t.json", text).read(Set.of("id"), one -> ids.add(one.id("id").asText()));
    }

    assertThat(ids).hasSize(51).containsOnly("1");
  }

  @Test
  void refusesHeadersThatNameNoColumns() throws IOException {
    assertThatThrownBy(() -> table("t.csv", "id,note,id\n"))
        .hasMessage("t.csv:1: the column 'id' stands here twice; rename one of the two");
    assertThatThrownBy(() -> table("t.csv", ",id\n0,1\n"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "t.csv:1: column 1 has no name (pandas writes its index so; without it by index=False)");
    assertThatThrownBy(() -> table("t.csv", ""))
        .hasMessageEndingWith("t.csv is empty; expected a header");
  }

  @Test
  void readsColumnsOfTheFirstHundredObjects() throws IOException {
    String first = "{\"id\": 1}\n".repeat(99);
    assertThat(table("t.jsonl", first + "{\"note\": 1}\n{\"late\": 1}\n").columns())
        .containsExactly("id", "note");
  }

  @Test
  void readsFieldsOfStructsAndOfListsOfThem() throws IOException {
    DataRow row =
        rows(table(
                "t.json",
                "{\"images\": [{\"one\": {\"raw\": \"a\"}, \"some\": [{\"raw\": \"b\"},"
                    + " {\"raw\": \"c\"}], \"none\": [], \"odd\": [{\"raw\": \"d\"}, {}]}]}"))
            .get(0);
    assertThat(row.texts("one.raw")).containsExactly("a");
    assertThat(row.texts("some.raw")).containsExactly("b", "c");
    assertThat(row.has("none.raw")).isFalse();
    assertThatThrownBy(() -> row.texts("odd.raw")).hasMessageContaining("'odd.raw' has a null");
    assertThatThrownBy(() -> row.text("some.raw"))
        .hasMessageContaining("must be one text or number, it is a list");
  }

  @Test
  void refusesNamesThatLeaveTheFolder() throws IOException {
    DataRow row = rows(table("t.csv", "photo\n../a.jpg\n")).get(0);
    assertThatThrownBy(() -> row.images("photo", true, "1"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "t.csv:2: 'photo' is no name of a picture: image '../a.jpg' leaves the image folder;"
                + " expected a path below the image folder");
  }

  @Test
  void readsSeveralFilesOfACell() throws IOException {
    DataRow row = rows(table("t.csv", "photo\n\"['a.jpg', 'b.jpg']\"\n")).get(0);
    assertThat(row.images("photo", true, "1"))
        .containsExactly(
            Optional.of(new ImagePlace.InFolder("a.jpg")),
            Optional.of(new ImagePlace.InFolder("b.jpg")));
  }

  private static byte[] picture(int seed) {
    byte[] bytes = new byte[100];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static String base64(int seed) {
    return Base64.getEncoder().encodeToString(picture(seed));
  }

  private static byte[] bytes(ImagePlace place) throws IOException {
    try (ImageReader reader = new ImageReader(ImageFolder.NONE, 1000, Reading.HADOOP)) {
      return reader.read(place).orElseThrow();
    }
  }

  private static List<List<ImagePlace>> pictures(DataTable table) throws IOException {
    List<List<ImagePlace>> pictures = new ArrayList<>();
    table.read(
        Set.of("id", "photo"),
        row ->
            pictures.add(
                row.images("photo", false, row.text("id").orElseThrow()).stream()
                    .map(Optional::orElseThrow)
                    .toList()));
    return pictures;
  }

  @Test
  void findsTheListsOfCellsAndRowsWithTheSameList() throws IOException {
    String text =
        "id\tphoto\n7\t['"
            + base64(1)
            + "', '"
            + base64(2)
            + "']\n8\t7\n9\t['"
            + base64(3)
            + "']\n";
    List<List<ImagePlace>> places = pictures(table("t.tsv", text));

    assertThat(places.get(0)).extracting(ImagePlace::id).containsExactly("7/0", "7/1");
    assertThat(places.get(1)).isEqualTo(places.get(0));
    assertThat(places.get(2)).extracting(ImagePlace::id).containsExactly("9");
    assertThat(bytes(places.get(0).get(0))).isEqualTo(picture(1));
    assertThat(bytes(places.get(0).get(1))).isEqualTo(picture(2));
    assertThat(bytes(places.get(2).get(0))).isEqualTo(picture(3));
  }

  @Test
  void findsBase64AndRowsWithTheSamePicture() throws IOException {
    String text = "id\tphoto\n7\t" + base64(1) + "\n8\t7\n9\t\n10\t" + base64(2) + "\n";
    List<List<ImagePlace>> places = pictures(table("t.tsv", text));
    assertThat(places).extracting(List::size).containsExactly(1, 1, 0, 1);
    assertThat(bytes(places.get(0).get(0))).isEqualTo(picture(1));
    assertThat(places.get(1)).isEqualTo(places.get(0));
    assertThat(places.get(0).get(0).id()).isEqualTo("7");
    assertThat(bytes(places.get(3).get(0))).isEqualTo(picture(2));
    DataRow name = rows(table("f.csv", "id,photo\n1,a.jpg\n")).get(0);
    assertThatThrownBy(() -> name.images("photo", false, "1"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "f.csv:2: 'photo' is 'a.jpg', neither base64 nor the id of a row before that has a"
                + " picture; if it names a file, its folder must be given");
  }

  @Test
  void findsPicturesInEveryColumnOfParquet() throws IOException {
    assertPictures(
        ParquetFixture.image("photo"), row -> ParquetFixture.image(row, "photo", picture(3)));
    assertPictures(
        "optional group photo { optional binary bytes; }",
        row -> ParquetFixture.image(row, "photo", picture(3)));
    assertPictures(
        "optional binary photo;",
        row -> row.append("photo", Binary.fromConstantByteArray(picture(3))));
    assertPictures(TEXT.formatted("photo"), row -> row.append("photo", base64(3)));
    String both = "optional binary element;";
    assertPictures(
        ParquetFixture.list("photo", both),
        row ->
            row.addGroup("photo")
                .addGroup(0)
                .append("element", Binary.fromConstantByteArray(picture(3))));
  }

  private void assertPictures(String field, java.util.function.Consumer<Group> fill)
      throws IOException {
    Path file = folder.resolve("p.parquet");
    Files.deleteIfExists(file);
    try (ParquetFixture written = ParquetFixture.file(file, "required int32 id; " + field)) {
      written.row(row -> row.append("id", 1));
      written.row(
          row -> {
            row.append("id", 2);
            fill.accept(row);
          });
    }
    List<List<ImagePlace>> places = pictures(open(file).get(0));
    assertThat(places).as(field).extracting(List::size).containsExactly(0, 1);
    assertThat(places.get(1).get(0).id()).isEqualTo("2");
    assertThat(bytes(places.get(1).get(0))).as(field).isEqualTo(picture(3));
  }

  @Test
  void findsAllPicturesOfAList() throws IOException {
    Path file = folder.resolve("l.parquet");
    String element =
        "optional group element { optional binary bytes; optional binary path (STRING); }";
    try (ParquetFixture written =
        ParquetFixture.file(file, "required int32 id; " + ParquetFixture.list("photo", element))) {
      written.row(
          row -> {
            Group list = row.append("id", 5).addGroup("photo");
            for (int i = 0; i < 3; i++) {
              list.addGroup(0)
                  .addGroup(0)
                  .append("bytes", Binary.fromConstantByteArray(picture(i)));
            }
          });
    }
    List<ImagePlace> places = pictures(open(file).get(0)).get(0);
    assertThat(places).extracting(ImagePlace::id).containsExactly("5/0", "5/1", "5/2");
    for (int i = 0; i < 3; i++) {
      assertThat(bytes(places.get(i))).isEqualTo(picture(i));
    }
  }

  /** Any bytes give rows or errors that name the file. */
  @Test
  void takesAnyBytes() throws IOException {
    Random random = new Random(6);
    byte[] alphabet = "ab,\t\n\r\"'[]{}:1.eN\\\0\u00ff".getBytes(StandardCharsets.ISO_8859_1);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = new byte[random.nextInt(40)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = alphabet[random.nextInt(alphabet.length)];
      }
      String name = "t" + DataTable.ENDINGS.get(random.nextInt(4));
      try {
        DataTable table = open(Files.write(folder.resolve(name), bytes)).get(0);
        List<String> columns = table.columns();
        table.read(
            Set.copyOf(columns),
            row -> {
              for (String column : columns) {
                row.texts(column);
                row.images(column, random.nextBoolean(), "1");
              }
            });
      } catch (DataException e) {
        assertThat(e).hasMessageContaining(name);
      }
    }
  }
}
