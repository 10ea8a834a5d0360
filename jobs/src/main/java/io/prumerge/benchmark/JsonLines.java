package io.prumerge.benchmark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Streams JSON Lines files: UTF-8, one object per line, blank lines skipped, a leading BOM too. */
public final class JsonLines {

  private static final ObjectReader READER =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private JsonLines() {}

  /**
   * Gives every line to {@code sink}, one in memory at a time.
   *
   * @throws DataException naming file and line when a line is not one JSON object
   */
  public static void read(Path file, Configuration hadoop, Consumer<JsonLine> sink)
      throws IOException {
    // A decoder of its own reports malformed bytes; InputStreamReader(stream, charset) replaces
    // them.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                file.getFileSystem(hadoop).open(file), StandardCharsets.UTF_8.newDecoder()))) {
      int number = 0;
      for (String line = next(lines, file, 1); line != null; line = next(lines, file, number + 1)) {
        number++;
        String text = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
        if (!text.isBlank()) {
          sink.accept(parse(file, number, text));
        }
      }
    }
  }

  private static String next(BufferedReader lines, Path file, int number) throws IOException {
    try {
      return lines.readLine();
    } catch (CharacterCodingException e) {
      throw new DataException("%s:%d or after: not UTF-8".formatted(file.getName(), number), e);
    }
  }

  private static JsonLine parse(Path file, int number, String text) {
    JsonNode node;
    try {
      node = READER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s:%d: not valid JSON (is the file cut off?): %s"
              .formatted(file.getName(), number, e.getOriginalMessage()),
          e);
    }
    if (!node.isObject()) {
      throw new DataException(
          "%s:%d: expected one JSON object per line, found %s"
              .formatted(file.getName(), number, node.getNodeType()));
    }
    return new JsonLine(file.getName(), number, node);
  }
}
