package io.prumerge.source;

import io.prumerge.lang.Text;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes an xlsx file of one sheet, {@code Sheet1}, row by row: texts in their cells, no formats.
 * (ECMA-376, SpreadsheetML.) The same rows give the same bytes. fastexcel is not used: it writes
 * the current time into every file and drops control characters, which joins words.
 */
public final class XlsxWriter implements Closeable {

  public static final String ENDING = ".xlsx";

  /** Largest number of UTF-16 characters in a cell of a spreadsheet. */
  public static final int MOST_IN_A_CELL = 32_767;

  /** The first character of what stands for another one in a sheet's texts (ST_Xstring). */
  private static final Pattern ESCAPE = Pattern.compile("_(?=x[0-9A-Fa-f]{4}_)");

  /** The earliest time of a zip entry, so that the bytes do not depend on the current time. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

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
   * @param out closed with this writer
   */
  public XlsxWriter(OutputStream out) throws IOException {
    zip = new ZipOutputStream(out);
    this.out = new OutputStreamWriter(zip, StandardCharsets.UTF_8);
    part(
        "[Content_Types].xml",
        Text.format(
            """
            <Types xmlns="%scontent-types">\
            <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
            <Default Extension="xml" ContentType="application/xml"/>\
            <Override PartName="/xl/workbook.xml" ContentType="%ssheet.main+xml"/>\
            <Override PartName="/xl/worksheets/sheet1.xml" ContentType="%sworksheet+xml"/>\
            </Types>\
            """,
            PACKAGE, TYPE, TYPE));
    part("_rels/.rels", relationship("officeDocument", "xl/workbook.xml"));
    part("xl/_rels/workbook.xml.rels", relationship("worksheet", "worksheets/sheet1.xml"));
    part(
        "xl/workbook.xml",
        Text.format(
            """
            <workbook xmlns="%s" xmlns:r="%s"><sheets>\
            <sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>\
            """,
            MAIN, OFFICE));
    begin("xl/worksheets/sheet1.xml");
    this.out.write(XML + "<worksheet xmlns=\"" + MAIN + "\"><sheetData>");
  }

  private void part(String name, String content) throws IOException {
    begin(name);
    out.write(XML + content);
    out.flush();
    zip.closeEntry();
  }

  private void begin(String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
  }

  private static String relationship(String type, String target) {
    return Text.format(
        """
        <Relationships xmlns="%srelationships">\
        <Relationship Id="rId1" Type="%s/%s" Target="%s"/></Relationships>\
        """,
        PACKAGE, OFFICE, type, target);
  }

  /**
   * Writes a row of texts. Empty cells stay empty; a text too long for a cell is cut and says so.
   */
  public void row(List<Optional<String>> cells) throws IOException {
    rows++;
    out.write("<row r=\"" + rows + "\">");
    texts(0, cells);
    out.write("</row>");
  }

  /** Writes a row: a number, then texts. */
  public void row(long first, List<Optional<String>> cells) throws IOException {
    rows++;
    out.write(Text.format("<row r=\"%d\"><c r=\"A%d\"><v>%d</v></c>", rows, rows, first));
    texts(1, cells);
    out.write("</row>");
  }

  private void texts(int column, List<Optional<String>> cells) throws IOException {
    for (int i = 0; i < cells.size(); i++) {
      if (cells.get(i).isPresent()) {
        out.write(
            Text.format(
                "<c r=\"%s%d\" t=\"inlineStr\"><is><t xml:space=\"preserve\">",
                Character.toString('A' + column + i), rows));
        escaped(fitting(cells.get(i).get()));
        out.write("</t></is></c>");
      }
    }
  }

  /** Returns the text, or its beginning and its whole length. */
  private static String fitting(String text) {
    if (text.length() <= MOST_IN_A_CELL) {
      return text;
    }
    String notice = Text.format("\u2026 [cut: the whole text has %,d characters]", text.length());
    int end = MOST_IN_A_CELL - notice.length();
    boolean halved = Character.isHighSurrogate(text.charAt(end - 1));
    return text.substring(0, halved ? end - 1 : end) + notice;
  }

  /**
   * Writes text escaped: XML 1.0 has no control characters except tab and line ends, and reads an
   * unescaped CR as LF. What looks like a sheet's own escape of a character is escaped itself.
   */
  private void escaped(String foreign) throws IOException {
    String text = ESCAPE.matcher(foreign).replaceAll("_x005F_");
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

  /** Returns the replacement of a character that XML lacks: a space if it separates words. */
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
