package io.prumerge.mini;

import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of a JSON object in insertion order. Null values are allowed. */
final class JsonFields {

  private final Map<String, Object> fields = new LinkedHashMap<>();

  private JsonFields() {}

  static JsonFields of(String name, Object value) {
    return new JsonFields().and(name, value);
  }

  JsonFields and(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  Map<String, Object> map() {
    return fields;
  }
}
