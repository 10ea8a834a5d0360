package io.prumerge.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.prumerge.lang.Text;
import java.io.CharConversionException;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads one field of a JSON document, an array of objects, element by element on request. The
 * document is an object; its other fields are skipped.
 */
public final class JsonArrayField implements Closeable {

  private final Path file;
  private final String field;
  private final JsonText text;
  private final List<String> others = new ArrayList<>();
  private boolean ended;

  private JsonArrayField(Path file, String field, JsonText text) {
    this.file = file;
    this.field = field;
    this.text = text;
  }

  /**
   * Opens a document at the field's first element.
   *
   * @throws DataException if the document is invalid up to there or lacks the field
   */
  public static JsonArrayField open(Path file, String field, Configuration hadoop)
      throws IOException {
    JsonArrayField array = new JsonArrayField(file, field, opened(file, hadoop));
    try {
      array.enter();
      return array;
    } catch (IOException e) {
      array.close();
      throw array.refused(e);
    } catch (RuntimeException e) {
      array.close();
      throw e;
    }
  }

  private static JsonText opened(Path file, Configuration hadoop) throws IOException {
    try {
      return JsonText.open(file, hadoop);
    } catch (CharConversionException e) {
      throw JsonDocument.invalid(file, e);
    }
  }

  private void enter() throws IOException {
    text.next();
    text.expect(JsonToken.START_OBJECT, "the document");
    while (text.next() == JsonToken.FIELD_NAME) {
      String name = text.name();
      text.next();
      if (name.equals(field)) {
        text.expect(JsonToken.START_ARRAY, "\"" + field + "\"");
        return;
      }
      text.skip();
    }
    throw new DataException(Text.format("%s lacks the field \"%s\"", file.getName(), field));
  }

  /**
   * Returns the next element; nothing after the last one.
   *
   * @throws DataException if it is no object, or the document is invalid
   */
  public Optional<JsonLine> next() throws IOException {
    return item().map(JsonItem::object);
  }

  /**
   * Passes the next element, unless it is {@link LeftOutRows left out}.
   *
   * @param leftOut keeps account of rows beside the questions'
   * @return false after the last one
   * @throws DataException if the document is invalid
   */
  public boolean next(LeftOutRows leftOut, Consumer<JsonLine> sink) throws IOException {
    Optional<JsonItem> item = item();
    item.ifPresent(one -> leftOut.readNext(() -> sink.accept(one.object())));
    return item.isPresent();
  }

  /**
   * Returns the next element, of any type; nothing after the last one.
   *
   * @throws DataException if the document is invalid
   */
  Optional<JsonItem> item() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    try {
      if (text.next() != JsonToken.END_ARRAY) {
        return Optional.of(text.item());
      }
      leave();
      ended = true;
      return Optional.empty();
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** Returns the later fields that hold arrays of objects, too; after the last element all. */
  List<String> others() {
    return List.copyOf(others);
  }

  private void leave() throws IOException {
    while (text.next() == JsonToken.FIELD_NAME) {
      String name = text.name();
      if (name.equals(field)) {
        throw JsonItems.twice(file, text.line(), field);
      }
      if (text.next() != JsonToken.START_ARRAY) {
        text.skip();
      } else {
        if (text.next() == JsonToken.START_OBJECT) {
          others.add(name);
        }
        text.leave();
      }
    }
    text.requireEnd();
  }

  /** Names the place where the document is invalid; any other failure stays as it is. */
  private IOException refused(IOException problem) {
    if (problem instanceof JsonProcessingException json) {
      throw JsonDocument.invalid(file, json);
    }
    if (problem instanceof CharConversionException encoding) {
      throw JsonDocument.invalid(file, encoding);
    }
    return problem;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
