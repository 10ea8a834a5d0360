package io.prumerge.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
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

  private interface Reading {
    void read(JsonText text) throws IOException;
  }

  private JsonItems() {}

  /** Reads the elements of a document that is an array of objects. */
  public static void array(Path file, Configuration hadoop, Consumer<JsonLine> sink)
      throws IOException {
    reading(file, hadoop, text -> elements(text, sink));
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
        text -> {
          text.expect(JsonToken.START_OBJECT, "the document");
          while (text.next() == JsonToken.FIELD_NAME) {
            String name = text.name();
            text.next();
            sink.accept(name, text.item());
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
    try (JsonText text = JsonText.open(file, hadoop)) {
      text.next();
      reading.read(text);
      text.requireEnd();
    } catch (JsonProcessingException e) {
      throw JsonDocument.invalid(file, e);
    } catch (CharConversionException e) {
      throw JsonDocument.invalid(file, e);
    }
  }

  private static void elements(JsonText text, Consumer<JsonLine> sink) throws IOException {
    text.expect(JsonToken.START_ARRAY, "the document");
    while (text.next() != JsonToken.END_ARRAY) {
      sink.accept(text.item());
    }
  }
}
