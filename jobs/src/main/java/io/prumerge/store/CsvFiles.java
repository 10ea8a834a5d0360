package io.prumerge.store;

import com.univocity.parsers.csv.CsvWriter;
import com.univocity.parsers.csv.CsvWriterSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Tables as CSV: a file for each, in UTF-8, with the names of its columns in the first line. An
 * absent value is an empty cell, a list a JSON array, a time one of ISO 8601 in UTC, and numbers
 * have all their digits. A text that spreadsheets would compute gets an apostrophe before it, since
 * it may be a stranger's: OWASP, "CSV Injection".
 */
public final class CsvFiles {

  private static final String EXTENSION = ".csv";

  /** Beginnings of formulas; full-width ones are read as the others by some spreadsheets. */
  private static final String FORMULA = "=+-@\uFF1D\uFF0B\uFF0D\uFF20";

  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,300}([.,][0-9]{1,300})?");

  private CsvFiles() {}

  /**
   * Writes the files.
   *
   * @param folder a new one
   */
  public static void write(FileSystem files, Path folder, List<TableRows<?>> tables)
      throws IOException {
    for (TableRows<?> one : tables) {
      write(files, new Path(folder, one.table().folder() + EXTENSION), one);
    }
  }

  private static <R extends Record> void write(FileSystem files, Path file, TableRows<R> rows)
      throws IOException {
    write(
        files,
        file,
        List.of(rows.table().schema().fieldNames()),
        rows.rows().stream().<List<?>>map(row -> values(rows.table(), row)).toList());
  }

  /**
   * Writes one file.
   *
   * @param file a new one
   * @param names of the columns
   * @param rows with a value, or null, for each column
   */
  public static void write(FileSystem files, Path file, List<String> names, List<List<?>> rows)
      throws IOException {
    try (OutputStream out = OutputFile.create(files, file, false)) {
      CsvWriter writer = new CsvWriter(out, StandardCharsets.UTF_8, settings());
      writer.writeHeaders(cells(names));
      for (List<?> row : rows) {
        writer.writeRow(cells(row));
      }
      writer.close();
    }
  }

  private static <R extends Record> List<?> values(Table<R> table, R row) {
    List<Object> values = new ArrayList<>(); // some are null
    int column = 0;
    for (Object value : table.values(row).values()) {
      DataType type = table.schema().fields()[column++].dataType();
      values.add(value instanceof Object[] list ? named(list, type).toArray() : value);
    }
    return values;
  }

  private static List<Object> named(Object[] list, DataType type) {
    DataType element = ((ArrayType) type).elementType();
    return Stream.of(list).map(one -> named(one, element)).toList();
  }

  /** Returns a value of a list with the names of what it consists of. */
  private static Object named(Object value, DataType type) {
    if (value instanceof Object[] list) {
      return named(list, type);
    } else if (value instanceof Row row) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (StructField field : ((StructType) type).fields()) {
        fields.put(field.name(), named(row.get(fields.size()), field.dataType()));
      }
      return fields;
    } else if (value instanceof scala.collection.Map<?, ?> map) {
      Map<Object, Object> entries = new TreeMap<>();
      map.iterator().foreach(entry -> entries.put(entry._1(), entry._2()));
      return entries;
    }
    return value;
  }

  private static String[] cells(List<?> values) {
    return values.stream().map(CsvFiles::cell).toArray(String[]::new);
  }

  private static CsvWriterSettings settings() {
    CsvWriterSettings settings = new CsvWriterSettings();
    settings.getFormat().setLineSeparator("\n");
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.setQuotationTriggers('"', '\r');
    return settings;
  }

  private static String cell(Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Object[] list) {
      return Json.line(list);
    }
    if (value instanceof String text) {
      return withoutFormula(text);
    }
    return value instanceof Timestamp time ? time.toInstant().toString() : value.toString();
  }

  /** Returns a text that spreadsheets show as it is; they skip white space before a formula. */
  private static String withoutFormula(String text) {
    String start = text.stripLeading();
    boolean formula = !start.isEmpty() && FORMULA.indexOf(start.charAt(0)) >= 0;
    return formula && !NUMBER.matcher(text).matches() ? "'" + text : text;
  }
}
