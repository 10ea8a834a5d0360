package io.prumerge.source;

import io.prumerge.source.PackedFile.BoundedText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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

  private TextLines() {}

  /**
   * Passes every line to {@code sink}, with one in memory at a time.
   *
   * @throws DataException if the file is not UTF-8, or a line is too long; names file and line
   */
  public static void read(Path file, Configuration hadoop, Consumer<Line> sink) throws IOException {
    // A decoder of its own reports malformed bytes; InputStreamReader(stream, charset) replaces
    // them.
    try (BoundedText bytes = PackedFile.open(file, hadoop);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()))) {
      int number = 0;
      for (String line = next(lines, file, 1); line != null; line = next(lines, file, number + 1)) {
        number++;
        bytes.begin(number + 1);
        String text = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
        if (!text.isBlank()) {
          sink.accept(new Line(file.getName(), number, text));
        }
      }
    }
  }

  private static String next(BufferedReader lines, Path file, int number) throws IOException {
    try {
      return lines.readLine();
    } catch (CharacterCodingException e) {
      throw new DataException(
          String.format(Locale.ROOT, "%s:%d or after: not UTF-8", file.getName(), number), e);
    }
  }
}
