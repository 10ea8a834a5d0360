package io.prumerge.store;

import com.univocity.parsers.csv.CsvWriter;
import com.univocity.parsers.csv.CsvWriterSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Tables as CSV: a file for each, in UTF-8, with the names of its columns in the first line. An
 * absent value is an empty cell, a list a JSON array, a time one of ISO 8601 in UTC, and numbers
 * have all their digits.
 */
public final class CsvFiles {

  private static final String EXTENSION = ".csv";

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
    try (OutputStream out = OutputFile.create(files, file, false)) {
      CsvWriter writer = new CsvWriter(out, StandardCharsets.UTF_8, settings());
      writer.writeHeaders(rows.table().schema().fieldNames());
      for (R row : rows.rows()) {
        writer.writeRow(
            rows.table().values(row).values().stream().map(CsvFiles::cell).toArray(String[]::new));
      }
      writer.close();
    }
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
    return value instanceof Timestamp time ? time.toInstant().toString() : value.toString();
  }
}
