package io.prumerge.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Streams JSON documents that are one large array or object, with one element in memory at a time.
 */
public final class JsonItems {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private interface Reading {
    void read(JsonParser parser) throws IOException;
  }

  private JsonItems() {}

  /** Reads the elements of a document that is an array of objects. */
  public static void array(Path file, Configuration hadoop, Consumer<JsonLine> sink)
      throws IOException {
    reading(file, hadoop, parser -> elements(parser, file, "the document", sink));
  }

  /**
   * Reads the elements of {@code field}, an array of objects in the document, which is an object.
   */
  public static void arrayIn(Path file, String field, Configuration hadoop, Consumer<JsonLine> sink)
      throws IOException {
    try (JsonArrayField array = JsonArrayField.open(file, field, hadoop)) {
      for (Optional<JsonLine> item = array.next(); item.isPresent(); item = array.next()) {
        sink.accept(item.get());
      }
    }
  }

  /** Reads the fields of the document, which is an object whose values are objects. */
  public static void fields(Path file, Configuration hadoop, BiConsumer<String, JsonLine> sink)
      throws IOException {
    Set<String> names = new HashSet<>();
    anyFields(
        file,
        hadoop,
        (name, line) -> {
          if (!names.add(name)) {
            throw twice(file, line.number(), name);
          }
          sink.accept(name, line);
        });
  }

  /** Reads fields as {@link #fields} does, but keeps no names, so a key may repeat. */
  public static void anyFields(Path file, Configuration hadoop, BiConsumer<String, JsonLine> sink)
      throws IOException {
    reading(
        file,
        hadoop,
        parser -> {
          expect(parser, file, JsonToken.START_OBJECT, "the document");
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            sink.accept(name, item(parser, file));
          }
        });
  }

  static DataException twice(Path file, int line, String name) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "%s:%d: the key '%s' stands twice in an object",
            file.getName(),
            line,
            name));
  }

  private static void reading(Path file, Configuration hadoop, Reading reading) throws IOException {
    try (JsonParser parser = parser(file, hadoop)) {
      parser.nextToken();
      reading.read(parser);
      requireEnd(parser, file);
    } catch (JsonProcessingException e) {
      throw JsonDocument.invalid(file, e);
    } catch (CharConversionException e) {
      throw JsonDocument.invalid(file, e);
    }
  }

  private static void elements(JsonParser parser, Path file, String what, Consumer<JsonLine> sink)
      throws IOException {
    expect(parser, file, JsonToken.START_ARRAY, what);
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      sink.accept(item(parser, file));
    }
  }

  static JsonParser parser(Path file, Configuration hadoop) throws IOException {
    return MAPPER.createParser(PackedFile.open(file, hadoop));
  }

  /** Checks that nothing follows the document. */
  static void requireEnd(JsonParser parser, Path file) throws IOException {
    if (parser.nextToken() != null) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s:%d: something follows the JSON document",
              file.getName(),
              parser.currentTokenLocation().getLineNr()));
    }
  }

  static JsonLine item(JsonParser parser, Path file) throws IOException {
    int line = parser.currentTokenLocation().getLineNr();
    JsonNode node = parser.readValueAsTree();
    if (node == null || !node.isObject()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s:%d: expected a JSON object, found %s",
              file.getName(),
              line,
              node == null ? "nothing" : node.getNodeType()));
    }
    return new JsonLine(file.getName(), line, node);
  }

  static void expect(JsonParser parser, Path file, JsonToken token, String what) {
    if (parser.currentToken() != token) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "%s: %s must be %s, it is %s",
              file.getName(),
              what,
              token == JsonToken.START_ARRAY ? "a JSON array" : "a JSON object",
              parser.currentToken() == null ? "empty" : parser.currentToken()));
    }
  }
}
