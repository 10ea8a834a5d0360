package io.prumerge.source;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Streams text files in UTF-8; skips blank lines and a leading BOM. */
public final class TextLines {

  private TextLines() {}

  /**
   * Passes every line to {@code sink}, with one in memory at a time.
   *
   * @throws DataException if a line is not UTF-8 or too long; names file and line
   */
  public static void read(Path file, Configuration hadoop, Consumer<TextLine> sink)
      throws IOException {
    rows(file, hadoop, row -> sink.accept(row.line()));
  }

  /**
   * Passes every line that is not blank to {@code sink}, before it is decoded.
   *
   * @throws DataException if a line is too long; names file and line
   */
  public static void rows(Path file, Configuration hadoop, Consumer<RawLine> sink)
      throws IOException {
    try (BoundedText bytes = PackedFile.open(file, hadoop);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.ISO_8859_1))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        bytes.begin(number + 1);
        RawLine row = new RawLine(file.getName(), number, line);
        if (!row.isBlank()) {
          sink.accept(row);
        }
      }
    }
  }
}
