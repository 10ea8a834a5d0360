package io.prumerge.pickle;

import java.util.LinkedHashMap;
import java.util.Map;

/** A dictionary with texts as keys. Compared by identity, because it may contain itself. */
final class PickleDictionary {
  private final Map<String, Object> entries = new LinkedHashMap<>();

  void put(Object key, Object value) {
    if (!(key instanceof String text)) {
      throw new PickleException("a dictionary has a key that is no text");
    }
    entries.put(text, value);
  }

  Map<String, Object> entries() {
    return entries;
  }
}
