package io.prumerge.source;

import io.prumerge.lang.Text;
import io.prumerge.text.PythonFloat;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads the first sheet of an xlsx file as texts, booleans and numbers as pandas reads them: Excel
 * writes {@code 1.1000000000000001} for 1.1. (ECMA-376, SpreadsheetML.) A formula is read as its
 * value, beside which it is kept; formats and further sheets are ignored. fastexcel-reader is not
 * used: a cell named {@code ZZZZZZ1} in a file of 755 bytes makes it fill the heap, and it adds
 * phonetic readings of Japanese to the text.
 */
public final class XlsxReader {

  /** Size limit in bytes; sheets of answers have a few million characters. */
  private static final long MAX_BYTES = 1 << 28;

  /** Largest compression ratio; text compresses to about a tenth, zip bombs far more. */
  private static final long MAX_BYTES_PER_BYTE = 100;

  /** Size that even a small file may decompress to. */
  private static final long SMALL = 1 << 20;

  /** Columns A to ZZ; sheets of answers have a dozen. */
  private static final int MAX_COLUMN_LETTERS = 2;

  private static final String WORKBOOK = "xl/workbook.xml";
  private static final String RELATIONS = "xl/_rels/workbook.xml.rels";
  private static final String STRINGS = "xl/sharedStrings.xml";
  private static final String OFFICE =
      "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

  /** A number that may have a fraction, by its text. */
  private static final Pattern FLOATING = Pattern.compile("[^.eE]*[.eE].*");

  /** A character that XML does not hold, as texts have it (ST_Xstring). */
  private static final Pattern ESCAPED = Pattern.compile("_x([0-9A-Fa-f]{4})_");

  private final Path file;
  private final Map<String, byte[]> parts;
  private final List<String> strings = new ArrayList<>();

  private XlsxReader(Path file, Map<String, byte[]> parts) {
    this.file = file;
    this.parts = parts;
  }

  /**
   * Passes every row of the file to {@code sink}.
   *
   * @throws DataException if the file is not an xlsx file
   */
  public static void read(Path file, Configuration hadoop, Consumer<SheetRow> sink)
      throws IOException {
    XlsxReader reader = new XlsxReader(file, parts(file, hadoop));
    try {
      reader.strings();
      reader.rows(sink);
    } catch (XMLStreamException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw reader.damaged(e.getMessage(), e);
    }
  }

  private static Map<String, byte[]> parts(Path file, Configuration hadoop) throws IOException {
    Map<String, byte[]> parts = new HashMap<>();
    FileSystem fs = file.getFileSystem(hadoop);
    long length = fs.getFileStatus(file).getLen();
    int most = (int) Math.min(MAX_BYTES, SMALL + MAX_BYTES_PER_BYTE * length);
    int left = most;
    try (ZipInputStream zip = new ZipInputStream(fs.open(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        byte[] bytes = zip.readNBytes(left);
        left -= bytes.length;
        if (left == 0) {
          throw new DataException(
              Text.format(
                  "%s: more than %,d bytes of sheets in a file of %,d; files of answers are"
                      + " smaller",
                  file.getName(), most, length));
        }
        parts.put(entry.getName(), bytes);
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new DataException(
          Text.format(
              "%s is not a complete xlsx file (is it cut off?): %s",
              file.getName(), e.getMessage()),
          e);
    }
    return parts;
  }

  private DataException damaged(String problem, Throwable cause) {
    return new DataException(
        Text.format("%s is not an xlsx file, or is damaged: %s", file.getName(), problem), cause);
  }

  private XMLStreamReader xml(String part) throws XMLStreamException {
    byte[] bytes = parts.get(part);
    if (bytes == null) {
      throw new XMLStreamException("it lacks " + part);
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    return factory.createXMLStreamReader(new ByteArrayInputStream(bytes));
  }

  /** Reads the shared strings, which cells refer to by number, if the file has them. */
  private void strings() throws XMLStreamException {
    if (!parts.containsKey(STRINGS)) {
      return;
    }
    XMLStreamReader xml = xml(STRINGS);
    while (xml.hasNext()) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("si")) {
        strings.add(text(xml, "si"));
      }
    }
  }

  /** Reads the texts inside an element, whatever their formats, without phonetic readings. */
  private static String text(XMLStreamReader xml, String element) throws XMLStreamException {
    StringBuilder text = new StringBuilder();
    int readings = 0;
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals(element)) {
        break;
      }
      boolean reading = event <= XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("rPh");
      if (reading) {
        readings += event == XMLStreamConstants.START_ELEMENT ? 1 : -1;
      } else if (event == XMLStreamConstants.START_ELEMENT
          && xml.getLocalName().equals("t")
          && readings == 0) {
        text.append(unescaped(xml.getElementText()));
      }
    }
    return text.toString();
  }

  private static String unescaped(String text) {
    return ESCAPED
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    Character.toString((char) Integer.parseInt(found.group(1), 16))));
  }

  private void rows(Consumer<SheetRow> sink) throws XMLStreamException {
    XMLStreamReader xml = xml(sheet());
    int number = 0;
    List<Optional<String>> cells = new ArrayList<>();
    Map<Integer, String> formulas = new HashMap<>();
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("c")) {
        int column = column(xml.getAttributeValue(null, "r"), cells.size());
        cells.addAll(Collections.nCopies(Math.max(0, column + 1 - cells.size()), Optional.empty()));
        cells.set(column, cell(xml, formula -> formulas.put(column, formula)));
      } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("row")) {
        number++;
        sink.accept(
            new SheetRow(
                List.copyOf(cells),
                Map.copyOf(formulas),
                Text.format("%s:row %d", file.getName(), number)));
        cells.clear();
        formulas.clear();
      }
    }
  }

  /** Returns the part of the first sheet. */
  private String sheet() throws XMLStreamException {
    XMLStreamReader workbook = xml(WORKBOOK);
    String id = attribute(workbook, "sheet", OFFICE, "id");
    XMLStreamReader relations = xml(RELATIONS);
    while (relations.hasNext()) {
      if (relations.next() == XMLStreamConstants.START_ELEMENT
          && id.equals(relations.getAttributeValue(null, "Id"))) {
        String target = relations.getAttributeValue(null, "Target");
        return target.startsWith("/") ? target.substring(1) : "xl/" + target;
      }
    }
    throw new XMLStreamException("its first sheet is not there");
  }

  private static String attribute(
      XMLStreamReader xml, String element, String namespace, String name)
      throws XMLStreamException {
    while (xml.hasNext()) {
      if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals(element)) {
        return xml.getAttributeValue(namespace, name);
      }
    }
    throw new XMLStreamException("it has no sheet");
  }

  /**
   * Returns the column of a reference such as {@code AB12}, from 0; a cell without one is the next.
   */
  private static int column(String reference, int next) throws XMLStreamException {
    if (reference == null) {
      return next;
    }
    int column = 0;
    int i = 0;
    while (i < reference.length() && reference.charAt(i) >= 'A' && reference.charAt(i) <= 'Z') {
      column = 26 * column + reference.charAt(i) - 'A' + 1;
      i++;
    }
    if (i == 0 || i > MAX_COLUMN_LETTERS) {
      throw new XMLStreamException("there is no cell " + reference + " among columns A to ZZ");
    }
    return column - 1;
  }

  private Optional<String> cell(XMLStreamReader xml, Consumer<String> formula)
      throws XMLStreamException {
    String type = xml.getAttributeValue(null, "t");
    Optional<String> value = Optional.empty();
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("c")) {
        break;
      } else if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("is")) {
        value = Optional.of(text(xml, "is"));
      } else if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("f")) {
        formula.accept(unescaped(xml.getElementText()));
      } else if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("v")) {
        String text = xml.getElementText();
        value = Optional.of(text(type, text));
      }
    }
    return value.filter(text -> !text.isEmpty());
  }

  private String text(String type, String value) {
    return switch (type == null ? "" : type) {
      case "s" -> strings.get(Integer.parseInt(value));
      case "b" -> value.equals("0") ? "False" : "True";
      case "", "n" -> FLOATING.matcher(value).matches() ? number(value) : value;
      default -> value;
    };
  }

  /** Returns a whole number without a point, as pandas' {@code read_excel} has it. */
  private static String number(String value) {
    double number = Double.parseDouble(value);
    return number == Math.rint(number) && Double.isFinite(number)
        ? new BigDecimal(number).toBigInteger().toString()
        : PythonFloat.repr(number);
  }
}
