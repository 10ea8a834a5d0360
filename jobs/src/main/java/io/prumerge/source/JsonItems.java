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

  /** Reads the elements of {@code field}, an array of objects in a document that is an object. */
  public static void arrayIn(Path file, String field, Configuration hadoop, Consumer<JsonLine> sink)
      throws IOException {
    reading(
        file,
        hadoop,
        parser -> {
          boolean found = false;
          expect(parser, file, JsonToken.START_OBJECT, "the document");
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            if (name.equals(field)) {
              if (found) {
                throw twice(parser, file, name);
              }
              found = true;
              elements(parser, file, "\"" + field + "\"", sink);
            } else {
              parser.skipChildren();
            }
          }
          if (!found) {
            throw new DataException(
                String.format(Locale.ROOT, "%s lacks the field \"%s\"", file.getName(), field));
          }
        });
  }

  /** Reads the fields of a document that is an object whose values are objects. */
  public static void fields(Path file, Configuration hadoop, BiConsumer<String, JsonLine> sink)
      throws IOException {
    reading(
        file,
        hadoop,
        parser -> {
          Set<String> names = new HashSet<>();
          expect(parser, file, JsonToken.START_OBJECT, "the document");
          while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (!names.add(name)) {
              throw twice(parser, file, name);
            }
            parser.nextToken();
            sink.accept(name, item(parser, file));
          }
        });
  }

  private static DataException twice(JsonParser parser, Path file, String name) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "%s:%d: the key '%s' stands twice in an object",
            file.getName(),
            parser.currentTokenLocation().getLineNr(),
            name));
  }

  private static void reading(Path file, Configuration hadoop, Reading reading) throws IOException {
    try (JsonParser parser = MAPPER.createParser(PackedFile.open(file, hadoop))) {
      parser.nextToken();
      reading.read(parser);
      if (parser.nextToken() != null) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s:%d: something follows the JSON document",
                file.getName(),
                parser.currentTokenLocation().getLineNr()));
      }
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

  private static JsonLine item(JsonParser parser, Path file) throws IOException {
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

  private static void expect(JsonParser parser, Path file, JsonToken token, String what) {
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
