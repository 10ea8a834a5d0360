package io.prumerge.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * One object of a JSON file, read by key. A key that is absent, or null and no flag, has its
 * default. Unknown keys are ignored. A value of the wrong kind is an error that names the file and
 * the key.
 */
public final class Settings {
  private final String where;
  private final ObjectNode node;

  public Settings(String where, ObjectNode node) {
    this.where = where;
    this.node = node;
  }

  /** Returns an object that states nothing. */
  public static Settings none(String where) {
    return new Settings(where, JsonNodeFactory.instance.objectNode());
  }

  /** Returns the value as JSON; empty if it is absent or null. */
  public Optional<JsonNode> value(String key) {
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** Returns the name of the file, or where in it this object is. */
  public String file() {
    return where;
  }

  /** Returns a copy of the object as JSON. */
  public ObjectNode json() {
    return node.deepCopy();
  }

  /** Returns this object with the keys of another in place of its own. */
  public Settings overlaid(Settings other) {
    return new Settings(where, json().setAll(other.node));
  }

  /** Returns this object with one text replaced. */
  public Settings with(String key, String value) {
    return new Settings(where, json().put(key, value));
  }

  /** Returns this object with one number replaced. */
  public Settings with(String key, int value) {
    return new Settings(where, json().put(key, value));
  }

  public boolean states(String key) {
    return value(key).isPresent();
  }

  public Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  public OptionalInt integer(String key) {
    Optional<JsonNode> value = value(key);
    return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(integer(key, value.get()));
  }

  public int integer(String key, int fallback) {
    return integer(key).orElse(fallback);
  }

  /** Returns one integer or a list of integers; empty if the key is absent. */
  public Optional<List<Integer>> integers(String key) {
    Optional<JsonNode> value = value(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> integers = new ArrayList<>();
    if (value.get().isArray()) {
      value.get().forEach(element -> integers.add(integer(key, element)));
    } else {
      integers.add(integer(key, value.get()));
    }
    return Optional.of(integers);
  }

  public OptionalDouble decimal(String key) {
    Optional<JsonNode> value = value(key);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    if (!value.get().isNumber()) {
      throw wrongKind(key, "a number", value.get());
    }
    return OptionalDouble.of(value.get().doubleValue());
  }

  public double decimal(String key, double fallback) {
    return decimal(key).orElse(fallback);
  }

  public double neededDecimal(String key) {
    return decimal(key).orElseThrow(() -> missing(key));
  }

  public int neededInteger(String key) {
    return integer(key).orElseThrow(() -> missing(key));
  }

  /** Returns a flag. Null is false, as it is where transformers asks for it. */
  public boolean flag(String key, boolean absent) {
    JsonNode value = node.get(key);
    if (value == null) {
      return absent;
    }
    if (!value.isBoolean() && !value.isNull()) {
      throw wrongKind(key, "true or false", value);
    }
    return value.booleanValue();
  }

  public Optional<String> text(String key) {
    Optional<JsonNode> value = value(key);
    if (value.isPresent() && !value.get().isTextual()) {
      throw wrongKind(key, "a string", value.get());
    }
    return value.map(JsonNode::textValue);
  }

  public String text(String key, String fallback) {
    return text(key).orElse(fallback);
  }

  public Optional<Settings> object(String key) {
    Optional<JsonNode> value = value(key);
    if (value.isPresent() && !value.get().isObject()) {
      throw wrongKind(key, "an object", value.get());
    }
    return value.map(object -> new Settings(path(key), (ObjectNode) object));
  }

  /**
   * Returns an exception about this key's value. Its message begins with the file and the path to
   * the key.
   */
  public CheckpointException error(String key, String problem) {
    return new CheckpointException(path(key) + " " + problem);
  }

  private String path(String key) {
    return where + (where.endsWith(".json") ? ": " : ".") + key;
  }

  private int integer(String key, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrongKind(key, "a 32-bit integer", value);
    }
    return value.intValue();
  }

  private CheckpointException missing(String key) {
    return error(key, "is missing");
  }

  private CheckpointException wrongKind(String key, String wanted, JsonNode value) {
    return error(key, "must be " + wanted + " but is " + value);
  }
}
