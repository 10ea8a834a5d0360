package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Reading;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XlsxTest {

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("sheet.xlsx");
  }

  private List<SheetRow> rows() throws IOException {
    List<SheetRow> rows = new ArrayList<>();
    XlsxReader.read(Reading.path(file), Reading.HADOOP, rows::add);
    return rows;
  }

  private static List<Optional<String>> cells(String... texts) {
    return Stream.of(texts).map(Optional::ofNullable).toList();
  }

  @Test
  void readsWhatItWrites() throws IOException {
    String foreign = " a <b> & \"c\"\n\t\r\n 图中 \uD83D\uDE00 _x0041_x005F_ ";
    try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(file))) {
      sheet.row(cells("index", "question", "prediction"));
      sheet.row(1_000_241, cells(foreign, null, "B"));
      sheet.row(cells());
      sheet.row(7, cells("\u0001|\uD800|\u000b|\u001f|"));
    }

    List<SheetRow> rows = rows();

    assertThat(rows)
        .extracting(SheetRow::cells)
        .containsExactly(
            cells("index", "question", "prediction"),
            cells("1000241", foreign, null, "B"),
            cells(),
            cells("7", "\uFFFD|\uFFFD| | |"));
    assertThat(rows.get(1).where()).isEqualTo("sheet.xlsx:row 2");
    assertThat(rows.get(1).cell(9)).isEmpty();
  }

  @Test
  void readsSharedStringsWithFormatsAndCellsWithoutReferences() throws IOException {
    parts(
        "xl/worksheets/data.xml",
        "<worksheet><sheetData><row><c t=\"s\"><v>1</v></c><c t=\"s\"><v>0</v></c>"
            + "<c r=\"AA1\"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>",
        "xl/sharedStrings.xml",
        "<sst><si><r><t>in</t></r><r><t>dex_x000B_</t></r><rPh><t>reading</t></rPh></si><si><t/></si></sst>",
        "xl/workbook.xml",
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
            + "<sheets><sheet r:id=\"x\"/><sheet r:id=\"y\"/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"y\" Target=\"worksheets/none.xml\"/>"
            + "<Relationship Id=\"x\" Target=\"/xl/worksheets/data.xml\"/></Relationships>");

    assertThat(rows())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.cells()).hasSize(27);
              assertThat(row.cell(0)).isEmpty();
              assertThat(row.cell(1)).contains("index\u000b");
              assertThat(row.cell(26)).contains("2");
              assertThat(row.written(26)).contains("=1+1");
              assertThat(row.written(1)).contains("index\u000b");
            });
  }

  /** Answers that a spreadsheet would evaluate if they were not stored as text. */
  @Test
  void formulasStayText() throws IOException {
    List<String> formulas =
        List.of("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "=HYPERLINK(\"x\")", "\t=1");
    try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(file))) {
      for (String formula : formulas) {
        sheet.row(1, cells(formula));
      }
    }

    assertThat(rows()).extracting(row -> row.cells().get(1).orElseThrow()).isEqualTo(formulas);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String sheet =
          new String(
              zip.getInputStream(zip.getEntry("xl/worksheets/sheet1.xml")).readAllBytes(),
              StandardCharsets.UTF_8);
      assertThat(sheet).doesNotContain("<f>").doesNotContain("t=\"str\"");
      assertThat(Pattern.compile("<c r=\"B\\d\" t=\"inlineStr\"><is><t").matcher(sheet).results())
          .hasSameSizeAs(formulas);
    }
  }

  @Test
  void sameRowsGiveTheSameBytes() throws IOException {
    Path again = folder.resolve("again.xlsx");
    for (Path one : List.of(file, again)) {
      try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(one))) {
        sheet.row(1, cells("A"));
      }
    }

    assertThat(again).hasSameBinaryContentAs(file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.stream().map(ZipEntry::getTimeLocal).distinct())
          .as("no time of writing, which two files of one moment would share")
          .containsExactly(LocalDateTime.of(1980, 1, 1, 0, 0));
    }
  }

  @Test
  void cutsWhatNoCellHoldsAndSaysSo() throws IOException {
    String fits = "x".repeat(32_767);
    try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(file))) {
      sheet.row(cells(fits, fits + "y", "\uD83D\uDE00".repeat(20_000)));
    }

    SheetRow row = rows().get(0);

    assertThat(row.cell(0)).contains(fits);
    assertThat(row.cell(1).orElseThrow())
        .hasSize(32_767)
        .endsWith("xxx\u2026 [cut: the whole text has 32,768 characters]");
    assertThat(row.cell(2).orElseThrow())
        .hasSizeBetween(32_766, 32_767)
        .contains("\uD83D\uDE00\u2026 [cut: the whole text has 40,000 characters]")
        .doesNotContain("\uFFFD");
  }

  private void parts(String... namesAndContents) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (int i = 0; i < namesAndContents.length; i += 2) {
        zip.putNextEntry(new ZipEntry(namesAndContents[i]));
        zip.write(namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
  }

  @Test
  void saysWhatIsNoXlsx() throws IOException {
    Files.writeString(file, "index\tprediction\n");
    assertThatThrownBy(this::rows)
        .isInstanceOf(DataException.class)
        .hasMessage("sheet.xlsx is not an xlsx file, or is damaged: it lacks xl/workbook.xml");

    parts("xl/workbook.xml", "<workbook");
    assertThatThrownBy(this::rows).hasMessageStartingWith("sheet.xlsx is not an xlsx file, or");

    parts("xl/workbook.xml", "<workbook/>");
    assertThatThrownBy(this::rows).hasMessageEndingWith("it has no sheet");
  }

  @Test
  void refusesWhatWasMadeToBurst() throws IOException {
    parts("xl/workbook.xml", "<workbook/>" + " ".repeat(20_000_000));
    assertThatThrownBy(this::rows)
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "sheet.xlsx: more than [0-9,]+ bytes of sheets in a file of [0-9,]+; files of answers are smaller");

    sheet("<row><c r=\"AAA1\"><v>1</v></c></row>");
    assertThatThrownBy(this::rows).hasMessageEndingWith("no cell AAA1 among columns A to ZZ");
  }

  @Test
  void booleansAreTextsAsPythonWritesThem() throws IOException {
    sheet("<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c><v>1</v></c></row>");
    assertThat(rows().get(0).cells()).isEqualTo(cells("True", "False", "1"));
  }

  /** The right ones are those of pandas 3.1.1, {@code read_excel(..., dtype=str)}. */
  @Test
  void numbersAreTextsAsPandasReadsThem() throws IOException {
    List<String> numbers =
        List.of("3", "2.0", "1.1000000000000001", "1E-07", "1E+20", "0.33333333333333331", "-0.5");
    StringBuilder row = new StringBuilder("<row>");
    numbers.forEach(number -> row.append("<c><v>").append(number).append("</v></c>"));
    sheet(row.append("<c t=\"str\"><v>1.10</v></c></row>").toString());

    assertThat(rows())
        .singleElement()
        .extracting(SheetRow::cells)
        .isEqualTo(
            cells(
                "3",
                "2",
                "1.1",
                "1e-07",
                "100000000000000000000",
                "0.3333333333333333",
                "-0.5",
                "1.10"));
  }

  private void sheet(String rows) throws IOException {
    parts(
        "xl/worksheets/data.xml",
        "<worksheet><sheetData>" + rows + "</sheetData></worksheet>",
        "xl/workbook.xml",
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
            + "<sheets><sheet r:id=\"x\"/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"x\" Target=\"worksheets/data.xml\"/></Relationships>");
  }

  @Test
  void opensNoOtherFiles() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    String entity = "<!DOCTYPE x [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>";
    parts("xl/workbook.xml", entity + "<workbook>&e;</workbook>");

    assertThatThrownBy(this::rows).isInstanceOf(DataException.class);
  }

  @Test
  void neverThrowsAnythingElse() throws IOException {
    try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(file))) {
      sheet.row(cells("index", "prediction"));
      sheet.row(1, cells("A"));
    }
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try {
        rows();
      } catch (DataException e) {
        assertThat(e).hasMessageContaining("sheet.xlsx");
      }
    }
  }
}
