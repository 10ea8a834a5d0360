package io.prumerge.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Streams JSON Lines files: UTF-8, one object per line; skips blank lines and a leading BOM. */
public final class JsonLines {

  private static final ObjectReader READER =
      new ObjectMapper()
          .reader()
          .with(
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private JsonLines() {}

  /**
   * Passes every line to {@code sink}, with one in memory at a time.
   *
   * @throws DataException if a line is not one JSON object; names file and line
   */
  public static void read(Path file, Configuration hadoop, Consumer<JsonLine> sink)
      throws IOException {
    TextLines.read(file, hadoop, line -> sink.accept(parse(line)));
  }

  /**
   * Passes every line of a benchmark's file to {@code sink}, but for those that are {@link
   * LeftOutRows left out}.
   */
  public static void read(Path file, SourceFiles source, Consumer<JsonLine> sink)
      throws IOException {
    TextLines.read(file, source, line -> sink.accept(parse(line)));
  }

  private static JsonLine parse(TextLines.Line line) {
    JsonNode node;
    try {
      node = READER.readTree(line.text());
    } catch (JsonProcessingException e) {
      throw new DataException(
          String.format(Locale.ROOT, "%s: %s", line.where(), JsonDocument.reason(e)), e);
    }
    if (!node.isObject()) {
      throw line.error("expected one JSON object per line, found " + node.getNodeType());
    }
    return new JsonLine(line.file(), line.number(), node);
  }
}
