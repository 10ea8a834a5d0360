package io.prumerge.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.prumerge.lang.Text;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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

  private record Field(String name, JsonItem item) {}

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
    leftOut.<JsonItem>read(
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

  /** Returns the later fields that hold arrays of objects, too. */
  private static List<String> items(
      Path file, String field, Configuration hadoop, Consumer<JsonItem> sink) throws IOException {
    try (JsonArrayField array = JsonArrayField.open(file, field, hadoop)) {
      for (Optional<JsonItem> item = array.item(); item.isPresent(); item = array.item()) {
        sink.accept(item.get());
      }
      return array.others();
    }
  }

  /** As {@link #arrayIn}, but for the elements that are {@link LeftOutRows left out}. */
  public static void arrayIn(Path file, String field, SourceFiles source, Consumer<JsonLine> sink)
      throws IOException {
    arrayIn(file, field, source.hadoop(), source.leftOut(), sink);
  }

  /**
   * As {@link #arrayIn}, but for the elements that are {@link LeftOutRows left out}.
   *
   * @return the later fields that hold arrays of objects, too
   */
  public static List<String> arrayIn(
      Path file, String field, Configuration hadoop, LeftOutRows leftOut, Consumer<JsonLine> sink)
      throws IOException {
    List<String> others = new ArrayList<>();
    leftOut.<JsonItem>read(
        rows -> others.addAll(items(file, field, hadoop, rows)),
        item -> sink.accept(item.object()));
    return others;
  }

  /**
   * Reads the elements, each of which is a question.
   *
   * @param id the field of the questions' ids
   */
  public static void arrayIn(
      Path file, String field, SourceFiles source, String id, Consumer<JsonLine> sink)
      throws IOException {
    source
        .leftOut()
        .<JsonItem>read(
            rows -> items(file, field, source.hadoop(), rows),
            item -> sink.accept(item.object()),
            item -> Optional.of(item.object().id(id).asText()));
  }

  /** Reads the fields of the document, which is an object whose values are objects. */
  public static void fields(Path file, Configuration hadoop, BiConsumer<String, JsonLine> sink)
      throws IOException {
    uniqueFields(file, hadoop, field -> sink.accept(field.name(), field.item().object()));
  }

  /**
   * As {@link #fields}, but for the fields that are {@link LeftOutRows left out}. A field is a
   * question, and its key the id.
   */
  public static void fields(Path file, SourceFiles source, BiConsumer<String, JsonLine> sink)
      throws IOException {
    source
        .leftOut()
        .<Field>read(
            rows -> uniqueFields(file, source.hadoop(), rows),
            field -> sink.accept(field.name(), field.item().object()),
            field -> Optional.of(field.name()));
  }

  /** As {@link #fields}, but for the fields that are {@link LeftOutRows left out}. */
  public static void fields(
      Path file, Configuration hadoop, LeftOutRows leftOut, BiConsumer<String, JsonLine> sink)
      throws IOException {
    leftOut.<Field>read(
        rows -> uniqueFields(file, hadoop, rows),
        field -> sink.accept(field.name(), field.item().object()));
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
        Text.format("%s:%d: the key '%s' stands twice in an object", file.getName(), line, name));
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

  private static void elements(JsonText text, Consumer<JsonItem> sink) throws IOException {
    text.expect(JsonToken.START_ARRAY, "the document");
    while (text.next() != JsonToken.END_ARRAY) {
      sink.accept(text.item());
    }
  }
}
