package io.prumerge.mini;

import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of a JSON object in insertion order. Null values are allowed. */
final class Fields {

  private final Map<String, Object> fields = new LinkedHashMap<>();

  private Fields() {}

  static Fields of(String name, Object value) {
    return new Fields().and(name, value);
  }

  Fields and(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  Map<String, Object> map() {
    return fields;
  }
}
