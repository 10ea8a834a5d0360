package io.prumerge.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes an xlsx file of one sheet, {@code Sheet1}, row by row: texts in their cells, no formats.
 * (ECMA-376, SpreadsheetML.)
 */
final class XlsxWriter implements Closeable {

  static final String ENDING = ".xlsx";

  private static final String XML = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  private static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
  private static final String PACKAGE = "http://schemas.openxmlformats.org/package/2006/";
  private static final String OFFICE =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  private static final String TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

  private final ZipOutputStream zip;
  private final Writer out;
  private int rows;

  /**
   * @param out closed with this
   */
  XlsxWriter(OutputStream out) throws IOException {
    zip = new ZipOutputStream(out);
    this.out = new OutputStreamWriter(zip, StandardCharsets.UTF_8);
    part(
        "[Content_Types].xml",
        """
        <Types xmlns="%scontent-types">\
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
        <Default Extension="xml" ContentType="application/xml"/>\
        <Override PartName="/xl/workbook.xml" ContentType="%ssheet.main+xml"/>\
        <Override PartName="/xl/worksheets/sheet1.xml" ContentType="%sworksheet+xml"/>\
        </Types>"""
            .formatted(PACKAGE, TYPE, TYPE));
    part("_rels/.rels", relationship("officeDocument", "xl/workbook.xml"));
    part("xl/_rels/workbook.xml.rels", relationship("worksheet", "worksheets/sheet1.xml"));
    part(
        "xl/workbook.xml",
        """
        <workbook xmlns="%s" xmlns:r="%s"><sheets>\
        <sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"""
            .formatted(MAIN, OFFICE));
    zip.putNextEntry(new ZipEntry("xl/worksheets/sheet1.xml"));
    this.out.write(XML + "<worksheet xmlns=\"" + MAIN + "\"><sheetData>");
  }

  private void part(String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    out.write(XML + content);
    out.flush();
    zip.closeEntry();
  }

  private static String relationship(String type, String target) {
    return """
        <Relationships xmlns="%srelationships">\
        <Relationship Id="rId1" Type="%s/%s" Target="%s"/></Relationships>"""
        .formatted(PACKAGE, OFFICE, type, target);
  }

  /** One more row of texts; an empty cell stays empty. */
  void row(List<Optional<String>> cells) throws IOException {
    rows++;
    out.write("<row r=\"" + rows + "\">");
    texts(0, cells);
    out.write("</row>");
  }

  /** One more row: a number, then texts. */
  void row(long first, List<Optional<String>> cells) throws IOException {
    rows++;
    out.write("<row r=\"%d\"><c r=\"A%d\"><v>%d</v></c>".formatted(rows, rows, first));
    texts(1, cells);
    out.write("</row>");
  }

  private void texts(int column, List<Optional<String>> cells) throws IOException {
    for (int i = 0; i < cells.size(); i++) {
      if (cells.get(i).isPresent()) {
        out.write(
            "<c r=\"%s%d\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
                .formatted(Letters.of(column + i), rows));
        escaped(cells.get(i).get());
        out.write("</t></is></c>");
      }
    }
  }

  /** XML 1.0 has no control characters but tab and line ends, and makes CR an LF unless escaped. */
  private void escaped(String text) throws IOException {
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int character = text.codePointAt(i);
      switch (character) {
        case '&' -> out.write("&amp;");
        case '<' -> out.write("&lt;");
        case '>' -> out.write("&gt;");
        case '\r' -> out.write("&#13;");
        default -> out.write(isXml(character) ? Character.toString(character) : standIn(character));
      }
    }
  }

  /** What stands in for a character that no XML has: where it parts words, they stay parted. */
  private static String standIn(int character) {
    return Character.isWhitespace(character) ? " " : "\uFFFD";
  }

  private static boolean isXml(int character) {
    return character == '\t'
        || character == '\n'
        || character >= ' ' && character <= 0xD7FF
        || character >= 0xE000 && character <= 0xFFFD
        || character >= Character.MIN_SUPPLEMENTARY_CODE_POINT;
  }

  @Override
  public void close() throws IOException {
    try (zip) {
      out.write("</sheetData></worksheet>");
      out.flush();
      zip.closeEntry();
    }
  }
}
