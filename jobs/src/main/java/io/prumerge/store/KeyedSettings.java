package io.prumerge.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** A part of a document that knows its own keys and reads their values itself. */
public interface KeyedSettings {

  /** Returns the keys. */
  Set<String> keys();

  /**
   * Takes a value of the document.
   *
   * @param key one of {@link #keys()}
   * @throws IllegalArgumentException naming the key, if this is no value of it
   */
  void put(String key, JsonNode value);
}
