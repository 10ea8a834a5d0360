package io.prumerge.mini;

import java.util.LinkedHashMap;
import java.util.Map;

/** Fields of a JSON object in the order in which they are given; null values allowed. */
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
