package io.prumerge.benchmark;

import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values that a profile of a benchmark file gives its rule's keys. */
public final class RuleSettings {

  private final Map<String, Object> values;

  /**
   * @param values texts, numbers, truth values, lists or maps, as YAML gives them
   */
  public RuleSettings(Map<String, Object> values) {
    this.values = values;
  }

  /** Returns whether a key is given. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** Returns a key's value as YAML gives it; empty if the key is not given, or without a value. */
  public Optional<Object> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /**
   * Returns whether a key is {@code true}; not, if it is not given.
   *
   * @throws IllegalArgumentException for any other value than true and false
   */
  public boolean flag(String key) {
    Object value = values.getOrDefault(key, false);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw refusal(key, "true or false");
  }

  /**
   * Returns a finite number of at least 0.
   *
   * @param otherwise the number of a key that is not given
   * @throws IllegalArgumentException for any other value
   */
  public double number(String key, double otherwise) {
    Object value = values.getOrDefault(key, otherwise);
    if (value instanceof Number number
        && Double.isFinite(number.doubleValue())
        && number.doubleValue() >= 0) {
      return number.doubleValue();
    }
    throw refusal(key, "a number of at least 0");
  }

  /**
   * Returns the constant that a text spells, in lower case and with hyphens; the first one if the
   * key is not given.
   *
   * @throws IllegalArgumentException for any other value, naming the known ones
   */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    if (!has(key)) {
      return type.getEnumConstants()[0];
    }
    if (values.get(key) instanceof String text) {
      return Unknown.choice(type, key, text);
    }
    throw refusal(key, "one of " + String.join(", ", Unknown.spellings(type)));
  }

  /**
   * Returns the constants that a text or a list of texts spells, as {@link #choice} does; the first
   * one if the key is not given.
   *
   * @throws IllegalArgumentException for any other value, naming the known ones
   */
  public <E extends Enum<E>> List<E> choices(String key, Class<E> type) {
    return has(key)
        ? texts(key).stream().map(text -> Unknown.choice(type, key, text)).toList()
        : List.of(type.getEnumConstants()[0]);
  }

  /**
   * Returns a list of texts, or a single one; none if the key is not given.
   *
   * @throws IllegalArgumentException for any other value
   */
  public List<String> texts(String key) {
    Object value = values.getOrDefault(key, List.of());
    List<String> texts = new ArrayList<>();
    for (Object one : value instanceof List<?> list ? list : List.of(String.valueOf(value))) {
      if (!(one instanceof String text)) {
        throw refusal(key, "a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  /**
   * Returns the refusal of a key's value.
   *
   * @param expected what the value must be, as in {@code at most 1}
   */
  public IllegalArgumentException refusal(String key, String expected) {
    return new IllegalArgumentException(
        Text.format("%s must be %s, it is '%s'", key, expected, values.get(key)));
  }
}
