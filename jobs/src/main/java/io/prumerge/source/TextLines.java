package io.prumerge.source;

import io.prumerge.source.PackedFile.BoundedText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

  private TextLines() {}

  /**
   * Passes every line to {@code sink}, with one in memory at a time.
   *
   * @throws DataException if a line is not UTF-8 or too long; names file and line
   */
  public static void read(Path file, Configuration hadoop, Consumer<Line> sink) throws IOException {
    bytes(file, hadoop, line -> decoded(line, sink));
  }

  /**
   * Passes every line of a benchmark's file to {@code sink}, but for those that are {@link
   * LeftOutRows left out}.
   */
  static void read(Path file, SourceFiles source, Consumer<Line> sink) throws IOException {
    source
        .leftOut()
        .<Line>read(lines -> bytes(file, source.hadoop(), lines), line -> decoded(line, sink));
  }

  /** Passes every line that is not blank, with a character for each of its bytes. */
  private static void bytes(Path file, Configuration hadoop, Consumer<Line> sink)
      throws IOException {
    try (BoundedText bytes = PackedFile.open(file, hadoop);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.ISO_8859_1))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        bytes.begin(number + 1);
        if (!line.isBlank()) {
          sink.accept(new Line(file.getName(), number, line));
        }
      }
    }
  }

  private static void decoded(Line bytes, Consumer<Line> sink) {
    String text;
    try {
      // A decoder of its own reports malformed bytes; new String replaces them.
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.text().getBytes(StandardCharsets.ISO_8859_1)))
              .toString();
    } catch (CharacterCodingException e) {
      throw new DataException(bytes.where() + ": not UTF-8", e);
    }
    String line = bytes.number() == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (!line.isBlank()) {
      sink.accept(new Line(bytes.file(), bytes.number(), line));
    }
  }
}
