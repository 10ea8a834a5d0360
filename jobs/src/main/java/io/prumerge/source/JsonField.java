package io.prumerge.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.CharConversionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A field of a JSON file that is one object, without its value; fields tell where its rows are.
 *
 * @param value first token of its value
 * @param inner first token in that, if it is an array or an object; else null. Of an array, the
 *     start of its first object, if that comes soon: elements that are no rows may stand before it
 * @param key name of the value's first field, if it is an object that has one; else empty
 */
public record JsonField(String name, JsonToken value, JsonToken inner, String key) {

  /** Elements of an array that are looked at for an object. */
  private static final int ELEMENTS = 100;

  /** Returns whether it is an array of objects, as its beginning tells. */
  public boolean holdsObjects() {
    return value == JsonToken.START_ARRAY && inner == JsonToken.START_OBJECT;
  }

  /** Returns whether it is an array without elements. */
  public boolean isEmptyArray() {
    return value == JsonToken.START_ARRAY && inner == JsonToken.END_ARRAY;
  }

  /**
   * Reads the first fields; none if the file is no object. They end where it is no valid JSON, of
   * which the reader of the rows tells.
   *
   * @param most how many
   * @param enough whether no more need be looked at
   */
  public static List<JsonField> first(
      Path file, Configuration hadoop, int most, Predicate<List<JsonField>> enough)
      throws IOException {
    List<JsonField> fields = new ArrayList<>();
    try (JsonText text = JsonText.open(file, hadoop)) {
      if (text.next() == JsonToken.START_OBJECT) {
        while (fields.size() < most && text.next() == JsonToken.FIELD_NAME) {
          JsonField field = read(text);
          fields.add(field);
          if (enough.test(fields)) {
            break;
          }
          if (field.inner() != null) {
            text.leave();
          }
        }
      }
    } catch (JsonProcessingException | CharConversionException e) {
      return fields;
    }
    return fields;
  }

  private static JsonField read(JsonText text) throws IOException {
    String name = text.name();
    JsonToken value = text.next();
    if (value == null || !value.isStructStart()) {
      return new JsonField(name, value, null, "");
    }
    JsonToken first = text.next();
    JsonToken object = first;
    for (int i = 1; i < ELEMENTS && object != null && object.isScalarValue(); i++) {
      object = value == JsonToken.START_ARRAY ? text.next() : null;
    }
    JsonToken inner = object == JsonToken.START_OBJECT ? object : first;
    return new JsonField(name, value, inner, inner == JsonToken.FIELD_NAME ? text.name() : "");
  }
}
