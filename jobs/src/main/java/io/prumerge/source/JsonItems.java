package io.prumerge.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.source.PackedFile.BoundedText;
import java.io.CharConversionException;
import java.io.Closeable;
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

  private record Field(String name, Item item) {}

  private interface Reading {
    void read(JsonText text) throws IOException;
  }

  private JsonItems() {}

  /** Reads the elements of a document that is an array of objects. */
  public static void array(Path file, Configuration hadoop, Consumer<JsonLine> sink)
      throws IOException {
    reading(file, hadoop, text -> elements(text, item -> sink.accept(item.object())));
  }

  /** As {@link #array}, but for the elements that are {@link LeftOutRows left out}. */
  public static void array(Path file, SourceFiles source, Consumer<JsonLine> sink)
      throws IOException {
    array(file, source.hadoop(), source.leftOut(), sink);
  }

  /** As {@link #array}, but for the elements that are {@link LeftOutRows left out}. */
  public static void array(
      Path file, Configuration hadoop, LeftOutRows leftOut, Consumer<JsonLine> sink)
      throws IOException {
    leftOut.<Item>read(
        rows -> reading(file, hadoop, text -> elements(text, rows)),
        item -> sink.accept(item.object()));
  }

  /**
   * Reads the elements of {@code field}, an array of objects in the document, which is an object.
   */
  public static void arrayIn(Path file, String field, Configuration hadoop, Consumer<JsonLine> sink)
      throws IOException {
    items(file, field, hadoop, item -> sink.accept(item.object()));
  }

  private static void items(Path file, String field, Configuration hadoop, Consumer<Item> sink)
      throws IOException {
    try (JsonArrayField array = JsonArrayField.open(file, field, hadoop)) {
      for (Optional<Item> item = array.item(); item.isPresent(); item = array.item()) {
        sink.accept(item.get());
      }
    }
  }

  /** As {@link #arrayIn}, but for the elements that are {@link LeftOutRows left out}. */
  public static void arrayIn(Path file, String field, SourceFiles source, Consumer<JsonLine> sink)
      throws IOException {
    arrayIn(file, field, source.hadoop(), source.leftOut(), sink);
  }

  /** As {@link #arrayIn}, but for the elements that are {@link LeftOutRows left out}. */
  public static void arrayIn(
      Path file, String field, Configuration hadoop, LeftOutRows leftOut, Consumer<JsonLine> sink)
      throws IOException {
    leftOut.<Item>read(
        rows -> items(file, field, hadoop, rows), item -> sink.accept(item.object()));
  }

  /**
   * Does the same where an element is a question.
   *
   * @param id the field of the questions' ids
   */
  public static void arrayIn(
      Path file, String field, SourceFiles source, String id, Consumer<JsonLine> sink)
      throws IOException {
    source
        .leftOut()
        .<Item>read(
            rows -> items(file, field, source.hadoop(), rows),
            item -> sink.accept(item.object()),
            item -> Optional.of(item.object().id(id).asText()));
  }

  /** Reads the fields of the document, which is an object whose values are objects. */
  public static void fields(Path file, Configuration hadoop, BiConsumer<String, JsonLine> sink)
      throws IOException {
    uniqueFields(file, hadoop, field -> sink.accept(field.name(), field.item().object()));
  }

  /** As {@link #fields}, but for the fields that are {@link LeftOutRows left out}. */
  public static void fields(Path file, SourceFiles source, BiConsumer<String, JsonLine> sink)
      throws IOException {
    fields(file, source.hadoop(), source.leftOut(), sink);
  }

  /** As {@link #fields}, but for the fields that are {@link LeftOutRows left out}. */
  public static void fields(
      Path file, Configuration hadoop, LeftOutRows leftOut, BiConsumer<String, JsonLine> sink)
      throws IOException {
    leftOut.<Field>read(
        rows -> uniqueFields(file, hadoop, rows),
        field -> sink.accept(field.name(), field.item().object()));
  }

  /**
   * Reads fields as {@link #fields} does, but keeps no names, so a key may repeat. A field is a
   * question, and its key the id.
   */
  public static void anyFields(Path file, SourceFiles source, BiConsumer<String, JsonLine> sink)
      throws IOException {
    source
        .leftOut()
        .<Field>read(
            rows -> everyField(file, source.hadoop(), rows),
            field -> sink.accept(field.name(), field.item().object()),
            field -> Optional.of(field.name()));
  }

  private static void uniqueFields(Path file, Configuration hadoop, Consumer<Field> sink)
      throws IOException {
    Set<String> names = new HashSet<>();
    everyField(
        file,
        hadoop,
        field -> {
          if (!names.add(field.name())) {
            throw twice(file, field.item().line(), field.name());
          }
          sink.accept(field);
        });
  }

  private static void everyField(Path file, Configuration hadoop, Consumer<Field> sink)
      throws IOException {
    reading(
        file,
        hadoop,
        text -> {
          text.expect(JsonToken.START_OBJECT, "the document");
          while (text.next() == JsonToken.FIELD_NAME) {
            String name = text.name();
            text.next();
            sink.accept(new Field(name, text.item()));
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

  private static void elements(JsonText text, Consumer<Item> sink) throws IOException {
    text.expect(JsonToken.START_ARRAY, "the document");
    while (text.next() != JsonToken.END_ARRAY) {
      sink.accept(text.item());
    }
  }

  /**
   * A value in a document.
   *
   * @param file the file's name, for messages
   * @param line the line where it begins, from 1
   */
  record Item(String file, int line, JsonNode value) {

    /**
     * Returns the value, which must be an object.
     *
     * @throws DataException if it is another one
     */
    JsonLine object() {
      if (value == null || !value.isObject()) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s:%d: expected a JSON object, found %s",
                file,
                line,
                value == null ? "nothing" : value.getNodeType()));
      }
      return new JsonLine(file, line, value);
    }
  }

  /** A JSON document that is read token by token, with one element in memory at a time. */
  static final class JsonText implements Closeable {

    private static final ObjectMapper MAPPER =
        new ObjectMapper().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private final Path file;
    private final BoundedText bytes;
    private final JsonParser parser;

    private JsonText(Path file, BoundedText bytes) throws IOException {
      this.file = file;
      this.bytes = bytes;
      this.parser = MAPPER.createParser(bytes);
    }

    /** Opens a document before its first token. */
    static JsonText open(Path file, Configuration hadoop) throws IOException {
      return new JsonText(file, PackedFile.open(file, hadoop));
    }

    /** Reads the next token; null at the document's end. */
    JsonToken next() throws IOException {
      bytes.begin(parser.currentLocation().getLineNr());
      return parser.nextToken();
    }

    /** Returns the name of the last field. */
    String name() throws IOException {
      return parser.currentName();
    }

    /** Returns the line, from 1, of the last token. */
    int line() {
      return parser.currentTokenLocation().getLineNr();
    }

    /** Reads the value that the last token begins. */
    Item item() throws IOException {
      int line = line();
      return new Item(file.getName(), line, parser.readValueAsTree());
    }

    /** Reads to the end of the value that the last token begins, however long it is. */
    void skip() throws IOException {
      int line = line();
      int depth = 0;
      for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 0) {
          return;
        }
        bytes.begin(line);
      }
    }

    /** Checks the last token. */
    void expect(JsonToken token, String what) {
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

    /** Checks that nothing follows the document. */
    void requireEnd() throws IOException {
      if (next() != null) {
        throw new DataException(
            String.format(
                Locale.ROOT, "%s:%d: something follows the JSON document", file.getName(), line()));
      }
    }

    @Override
    public void close() throws IOException {
      parser.close();
    }
  }
}
