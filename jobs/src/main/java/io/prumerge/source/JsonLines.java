package io.prumerge.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.prumerge.lang.Text;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Streams JSON Lines files: UTF-8, one object per line; skips blank lines and a leading BOM. */
public final class JsonLines {

  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // as Python writes what is missing
          .build()
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
    read(file, source.hadoop(), source.leftOut(), sink);
  }

  /**
   * Reads the lines, each of which is a question.
   *
   * @param id the field of the questions' ids
   */
  public static void read(Path file, SourceFiles source, String id, Consumer<JsonLine> sink)
      throws IOException {
    source
        .leftOut()
        .<RawLine>read(
            rows -> TextLines.rows(file, source.hadoop(), rows),
            row -> sink.accept(parse(row.line())),
            row -> id(row, id));
  }

  /** Passes every line to {@code sink}, but for those that are left out. */
  public static void read(
      Path file, Configuration hadoop, LeftOutRows leftOut, Consumer<JsonLine> sink)
      throws IOException {
    numbered(file, hadoop, leftOut, (line, number) -> sink.accept(line));
  }

  /**
   * Does the same with the number of each line, from 1, of those that are not blank; lines that are
   * left out have theirs too.
   */
  public static void numbered(
      Path file, Configuration hadoop, LeftOutRows leftOut, ObjIntConsumer<JsonLine> sink)
      throws IOException {
    int[] number = new int[1];
    leftOut.<RawLine>read(
        rows -> TextLines.rows(file, hadoop, rows),
        row -> {
          number[0]++;
          sink.accept(parse(row.line()), number[0]);
        });
  }

  /** Returns the id in a line that need not be whole. */
  private static Optional<String> id(RawLine row, String field) {
    try (JsonParser parser = READER.createParser(row.replaced().text())) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          JsonToken value = parser.nextToken();
          if (name.equals(field)
              && (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT)) {
            return Optional.of(parser.getText());
          }
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // the line ends, or is none, before its id
    }
    return Optional.empty();
  }

  private static JsonLine parse(TextLine line) {
    JsonNode node;
    try {
      node = READER.readTree(line.text());
    } catch (JsonProcessingException e) {
      throw new DataException(Text.format("%s: %s", line.where(), JsonDocument.reason(e)), e);
    }
    if (!node.isObject()) {
      throw line.error("expected one JSON object per line, found " + node.getNodeType());
    }
    return new JsonLine(line.file(), line.number(), node);
  }
}
