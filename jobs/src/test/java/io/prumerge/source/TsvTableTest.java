package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TsvTableTest {

  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  private TsvTable table(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("t.tsv"), bytes);
    return TsvTable.open(new org.apache.hadoop.fs.Path(file.toUri()), HADOOP);
  }

  private TsvTable table(String text) throws IOException {
    return table(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<TsvRow> rows(TsvTable table) throws IOException {
    List<TsvRow> rows = new ArrayList<>();
    table.read(rows::add);
    return rows;
  }

  private static List<String> column(TsvTable table, String name) throws IOException {
    return rows(table).stream().map(row -> row.optionalText(name).orElse("-")).toList();
  }

  @Test
  void readsCsvWithCommasOrSemicolons() throws IOException {
    assertThat(column(csv("a,b\n1,x;y\n"), "b")).containsExactly("x;y");
    assertThat(column(csv("a;b\r\n1;\"x;y, z\"\r\n2;\r\n"), "b")).containsExactly("x;y, z", "-");
    assertThat(column(csv("\"a\";\"b\"\n\"1\";\"2\"\n"), "b")).containsExactly("2");
    assertThat(column(csv("a|b\n1|x;y, z\n"), "b")).containsExactly("x;y, z");
    assertThat(csv("a\n1;2\n").columns()).containsExactly("a");
    assertThat(csv("a;b,c\n").columns()).containsExactly("a;b", "c");
  }

  private TsvTable csv(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("t.csv"), text);
    return TsvTable.openCsv(new org.apache.hadoop.fs.Path(file.toUri()), HADOOP);
  }

  @Test
  void readsQuotedCellsAsPandasDoes() throws IOException {
    TsvTable table =
        table(
            "index\tquestion\n"
                + "1\tplain\n"
                + "2\t\"tab\there, \"\"quoted\"\",\nnext line\"\n"
                + "\n"
                + "3\ta \"quote\" inside\r\n"
                + "4\t\"ab\"cd\n"
                + "5\t\"\"\n"
                + "6\t\"\"\"\"\r"
                + "7\tü");

    assertThat(table.columns()).containsExactly("index", "question");
    assertThat(table.hasColumns("question", "index")).isTrue();
    assertThat(table.hasColumns("question", "image")).isFalse();
    assertThat(column(table, "index")).containsExactly("1", "2", "3", "4", "5", "6", "7");
    assertThat(column(table, "question"))
        .containsExactly(
            "plain",
            "tab\there, \"quoted\",\nnext line",
            "a \"quote\" inside",
            "abcd",
            "-",
            "\"",
            "ü");
    assertThat(rows(table))
        .extracting(TsvRow::where)
        .containsExactly(
            "t.tsv:2", "t.tsv:3", "t.tsv:6", "t.tsv:7", "t.tsv:8", "t.tsv:9", "t.tsv:10");
  }

  @Test
  void skipsAByteOrderMarkAndReadsAHeaderAlone() throws IOException {
    assertThat(table("\uFEFFindex\timage").columns()).containsExactly("index", "image");
    assertThat(rows(table("index\timage\n"))).isEmpty();
  }

  @Test
  void pointsAtLongCells() throws IOException {
    String base64 = "QUJD".repeat(50_000);
    byte[] bytes =
        ("i\timage\tnote\n1\t" + base64 + "\tü\n2\t\"" + base64 + "\"\tx\n3\t1\t\n")
            .getBytes(StandardCharsets.UTF_8);
    List<TsvRow> rows = rows(table(bytes));

    for (TsvRow row : rows.subList(0, 2)) {
      ImagePlace.Base64Range range =
          (ImagePlace.Base64Range) row.base64("image", "7").orElseThrow();
      assertThat(range.id()).isEqualTo("7");
      assertThat(range.file()).endsWith("t.tsv");
      assertThat(range.length()).isEqualTo(base64.length()).isEqualTo(row.length("image"));
      int from = Math.toIntExact(range.offset());
      assertThat(Arrays.copyOfRange(bytes, from, from + base64.length()))
          .isEqualTo(base64.getBytes(StandardCharsets.US_ASCII));
      assertThatThrownBy(() -> row.text("image"))
          .isInstanceOf(DataException.class)
          .hasMessage(row.where() + ": 'image' has 200,000 bytes; text of at most 65,536 is read");
    }
    assertThat(rows.get(0).text("note")).isEqualTo("ü");
    assertThat(rows.get(1).text("note")).isEqualTo("x");
    assertThat(rows.get(2).text("image")).isEqualTo("1");
    assertThat(rows.get(2).base64("note", "7")).isEmpty();
    assertThat(rows.get(2).length("note")).isZero();
    assertThat(rows.get(2).length("absent")).isZero();
  }

  private static List<String> pointedAt(byte[] bytes, List<ImagePlace> places) {
    return places.stream()
        .map(ImagePlace.Base64Range.class::cast)
        .map(
            range ->
                range.id()
                    + "="
                    + new String(
                        bytes,
                        Math.toIntExact(range.offset()),
                        Math.toIntExact(range.length()),
                        StandardCharsets.US_ASCII))
        .toList();
  }

  @Test
  void pointsAtTheTextsOfLists() throws IOException {
    String a = "QUJD".repeat(30_000) + "QQ==";
    String b = "/9j+".repeat(20_000);
    byte[] bytes =
        String.join(
                "\n",
                "i\timage\tnote",
                "1\t['" + a + "', '" + b + "']\tx",
                "2\t\"[\"\"" + a + "\"\", \"\"" + b + "\"\"]\"\tx",
                "3\t['" + b + "']\t[1, 2",
                "4\t" + b + "\t['a', 'b-c']",
                "5\t[]\t['a']b")
            .getBytes(StandardCharsets.UTF_8);
    List<TsvRow> rows = rows(table(bytes));

    for (TsvRow row : rows.subList(0, 2)) {
      assertThat(pointedAt(bytes, row.images("image", "7")))
          .containsExactly("7/0=" + a, "7/1=" + b);
    }
    for (TsvRow row : rows.subList(2, 4)) {
      assertThat(pointedAt(bytes, row.images("image", "7"))).containsExactly("7=" + b);
    }
    assertThat(rows.get(0).text("note")).isEqualTo("x");
    assertThat(pointedAt(bytes, rows.get(2).images("note", "7"))).containsExactly("7=[1, 2");
    assertThat(pointedAt(bytes, rows.get(3).images("note", "7")))
        .as("a '-' is in no base64 text")
        .containsExactly("7=['a', 'b-c']");
    assertThat(pointedAt(bytes, rows.get(4).images("image", "7"))).containsExactly("7=[]");
    assertThat(pointedAt(bytes, rows.get(4).images("note", "7"))).containsExactly("7=['a']b");
  }

  @Test
  void aListOfTooManyTextsIsNoListOfPictures() throws IOException {
    for (int count : new int[] {1000, 1001}) {
      byte[] bytes =
          ("image\n[" + "'a', ".repeat(count - 1) + "'a']\n").getBytes(StandardCharsets.UTF_8);
      assertThat(rows(table(bytes)).get(0).images("image", "7")).hasSize(count > 1000 ? 1 : count);
    }
  }

  @Test
  void refusesBrokenRows() throws IOException {
    assertRefused("", "t.tsv is empty; expected a header");
    assertRefused("a\tb\ta\n", "t.tsv:1: the column 'a' stands here twice");
    assertNotWhole(
        "a\tb\n1\t2\n3\n", "t.tsv:3: 1 cell in this row, 2 in the header (is the file cut off?)");
    assertNotWhole("a\tb\n1\t2\t3\n4\t5\n", "t.tsv:2: 3 cells in this row, 2 in the header");
    assertRefused("a\tb\n1\t2\t\"3\n4\"\n5\t6\n", "t.tsv:2: 3 cells in this row, 2 in the header");
    assertRefused(
        "a\tb\n1\t\"2\n3\t4\n",
        "t.tsv:2: a quote in this row is never closed (is the file cut off?)");
    TsvRow empty = rows(table("a\tb\n1\t\n")).get(0);
    assertThatThrownBy(() -> empty.text("b"))
        .isInstanceOf(DataException.class)
        .hasMessage("t.tsv:2: 'b' is empty");
    TsvRow quotes = rows(table("a\tb\n1\t\"x\"\"y\"\n")).get(0);
    assertThatThrownBy(() -> quotes.base64("b", "1"))
        .isInstanceOf(DataException.class)
        .hasMessage("t.tsv:2: 'b' has quotes inside, which no base64 text has");
    TsvRow latin = rows(table("a\tb\n1\té\n".getBytes(StandardCharsets.ISO_8859_1))).get(0);
    assertThatThrownBy(() -> latin.text("b"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "t.tsv:2: 'b' is not UTF-8; save the file as UTF-8 (in Excel: CSV UTF-8), or"
                + " name its encoding: windows-1252 in the file of a benchmark whose data it is");
  }

  /** By the rule of single files {@code "5\" disk"} would be {@code 5\ disk"}. */
  @Test
  void refusesQuotesAsSparkWritesThem() throws IOException {
    String why = "a backslash stands before a quote in it, as Spark writes quotes";
    assertRefused("a\tb\n1\t\"5\\\" disk\"\n", "t.tsv:2: " + why);
    assertRefused("a\tb\n1\t2\n3\t\"Is \\\"it\\\" red\"\n", "t.tsv:3: " + why);
    assertRefused("a\tb\n\"5\\\"\"\tyes\n\"6\\\"\"\tno\n", "t.tsv:2: " + why);
    assertNotWhole("a\tb\n1\t\"a\\\"\tb\"\n", "t.tsv:2: 3 cells in this row, 2 in the header");
    assertNotWhole("a\tb\n1\t\"a\\\"\tb\"\n", why);
    assertRefused("a\tb\n1\t\"say \\\"\"\n2\tb\n", "never closed (is the file cut off?); " + why);
    assertRefused(
        "a\tb\n1\t\"5\\\" disk\"\n", "data: {format: csv, path: FILE, options: {header: true}}");

    assertThat(column(table("a\tb\n1\t\"C:\\new\\\"\n2\t\"\\\"\"x\\\"\"\"\r\n"), "b"))
        .as("as pandas writes them")
        .containsExactly("C:\\new\\", "\\\"x\\\"");
  }

  /** Some programs end each line with a separator. */
  @Test
  void separatorsAtTheEndOfTheHeaderAreNoColumns() throws IOException {
    TsvTable table = table("a\tb\t\t\n1\t2\t\t\n3\t4\n5\t\t\t\n\t\t\t\n");
    assertThat(table.columns()).containsExactly("a", "b");
    rows(table).forEach(TsvRow::requireWhole);
    assertThat(column(table, "b")).containsExactly("2", "4", "-", "-");

    for (String lost : List.of("1\t2\t3\t\n", "1\t2\t\t\t\n", "1\n")) {
      assertThatThrownBy(() -> rows(table("a\tb\t\t\n" + lost)).get(0).requireWhole())
          .as(lost)
          .isInstanceOf(DataException.class)
          .hasMessageContaining("in this row, 2 in the header");
    }
    assertNotWhole("a\tb\n1\t2\t\n", "t.tsv:2: 3 cells in this row, 2 in the header");
    assertThat(table("\ta\n").columns()).containsExactly("", "a");
  }

  @Test
  void namesUtf16() {
    for (String charset : List.of("UTF-16", "x-UTF-16LE-BOM")) {
      byte[] bytes = "a\tb\n1\t2\n".getBytes(Charset.forName(charset));
      assertThatThrownBy(() -> table(bytes))
          .isInstanceOf(DataException.class)
          .hasMessage("t.tsv is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8, not Unicode text)");
    }
  }

  private void assertRefused(String text, String message) {
    assertThatThrownBy(() -> rows(table(text)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  private void assertNotWhole(String text, String message) throws IOException {
    List<TsvRow> rows = rows(table(text));
    assertThatThrownBy(() -> rows.forEach(TsvRow::requireWhole))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  /** Cells with any content are read back unchanged from a file in pandas' format. */
  @Test
  void readsBackWhatIsWritten() throws IOException {
    Random random = new Random(5);
    String[] pieces = {"a", "Ä", "\t", "\n", "\r", "\"", "\"\"", " ", "'", "漢", "\r\n"};
    for (int round = 0; round < 200; round++) {
      List<List<String>> expected = new ArrayList<>();
      StringBuilder text = new StringBuilder("x\ty\tz\n");
      for (int row = 0; row < random.nextInt(6); row++) {
        List<String> cells = new ArrayList<>();
        for (int column = 0; column < 3; column++) {
          StringBuilder cell = new StringBuilder();
          for (int i = random.nextInt(6); i > 0; i--) {
            cell.append(pieces[random.nextInt(pieces.length)]);
          }
          cells.add(cell.toString());
        }
        expected.add(cells);
        text.append(String.join("\t", cells.stream().map(TsvTableTest::quoted).toList()));
        text.append(random.nextBoolean() ? "\n" : "\r\n");
      }
      List<TsvRow> rows = rows(table(text.toString()));
      assertThat(rows)
          .as(text.toString())
          .extracting(
              row ->
                  List.of("x", "y", "z").stream()
                      .map(name -> row.optionalText(name).orElse(""))
                      .toList())
          .isEqualTo(expected);
    }
  }

  private static String quoted(String cell) {
    boolean special = cell.chars().anyMatch(c -> "\t\n\r\"".indexOf(c) >= 0);
    return special ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell;
  }

  /** Any bytes give rows or an error that names the file. */
  @Test
  void takesAnyBytes() throws IOException {
    Random random = new Random(6);
    byte[] alphabet = {'a', '\t', '\n', '\r', '"', (byte) 0xC3, (byte) 0xEF, 0, (byte) 0xBB};
    for (int round = 0; round < 500; round++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int i = random.nextInt(40); i > 0; i--) {
        bytes.write(alphabet[random.nextInt(alphabet.length)]);
      }
      try {
        TsvTable table = table(bytes.toByteArray());
        for (TsvRow row : rows(table)) {
          table.columns().forEach(row::optionalText);
        }
      } catch (DataException e) {
        assertThat(e).hasMessageContaining("t.tsv");
      }
    }
  }
}
