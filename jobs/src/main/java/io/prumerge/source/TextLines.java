package io.prumerge.source;

import io.prumerge.source.PackedFile.BoundedText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Streams text files in UTF-8; skips blank lines and a leading BOM. */
public final class TextLines {

  /**
   * One line that is not blank.
   *
   * @param file the file's name, for messages
   * @param number line number from 1
   */
  public record Line(String file, int number, String text) {

    /** Returns {@code file:line}. */
    public String where() {
      return file + ":" + number;
    }

    /** Returns an error about this line. */
    public DataException error(String problem) {
      return new DataException(where() + ": " + problem);
    }
  }

  /**
   * One line before it is decoded.
   *
   * @param file the file's name, for messages
   * @param number line number from 1
   * @param bytes a character for each
   */
  public record Row(String file, int number, String bytes) {

    private boolean isBlank() {
      String visible = bytes.strip();
      return visible.isEmpty() || visible.charAt(0) > 0x7F && replaced().text().isBlank();
    }

    /**
     * Returns the line as text.
     *
     * @throws DataException if it is not UTF-8
     */
    public Line line() {
      try {
        // A decoder of its own reports malformed bytes; new String replaces them.
        return line(
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
                .toString());
      } catch (CharacterCodingException e) {
        throw new DataException(String.format(Locale.ROOT, "%s:%d: not UTF-8", file, number), e);
      }
    }

    /** Returns the line, with a replacement character for what is not UTF-8. */
    Line replaced() {
      return line(new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    private Line line(String text) {
      return new Line(
          file, number, number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text);
    }
  }

  private TextLines() {}

  /**
   * Passes every line to {@code sink}, with one in memory at a time.
   *
   * @throws DataException if a line is not UTF-8 or too long; names file and line
   */
  public static void read(Path file, Configuration hadoop, Consumer<Line> sink) throws IOException {
    rows(file, hadoop, row -> sink.accept(row.line()));
  }

  /**
   * Passes every line that is not blank to {@code sink}, before it is decoded.
   *
   * @throws DataException if a line is too long; names file and line
   */
  public static void rows(Path file, Configuration hadoop, Consumer<Row> sink) throws IOException {
    try (BoundedText bytes = PackedFile.open(file, hadoop);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.ISO_8859_1))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        bytes.begin(number + 1);
        Row row = new Row(file.getName(), number, line);
        if (!row.isBlank()) {
          sink.accept(row);
        }
      }
    }
  }
}
