package io.prumerge.benchmark.rule;

import io.prumerge.service.Unknown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The values of a rule's keys, as YAML gives them. */
final class RuleSettings {

  private final Map<String, Object> values;

  RuleSettings(Map<String, Object> values) {
    this.values = values;
  }

  /** Returns whether a key is given. */
  boolean has(String key) {
    return values.containsKey(key);
  }

  boolean flag(String key) {
    Object value = values.getOrDefault(key, false);
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw refused(key, "true or false", value);
  }

  /** Returns a finite number of at least 0. */
  double number(String key, double otherwise) {
    Object value = values.getOrDefault(key, otherwise);
    if (value instanceof Number number
        && Double.isFinite(number.doubleValue())
        && number.doubleValue() >= 0) {
      return number.doubleValue();
    }
    throw refused(key, "a number of at least 0", value);
  }

  /** Returns the constant that a text spells; the first one if there is none. */
  <E extends Enum<E>> E choice(String key, Class<E> type) {
    Object value = values.get(key);
    if (!has(key)) {
      return type.getEnumConstants()[0];
    }
    if (value instanceof String text) {
      return Unknown.choice(type, key, text);
    }
    throw refused(key, "one of " + String.join(", ", Unknown.spellings(type)), value);
  }

  /**
   * Returns the constants that a text or a list of texts spells; the first one if there is none.
   */
  <E extends Enum<E>> List<E> choices(String key, Class<E> type) {
    return has(key)
        ? texts(key).stream().map(text -> Unknown.choice(type, key, text)).toList()
        : List.of(type.getEnumConstants()[0]);
  }

  /** Returns the rule that is given with its own keys. */
  Optional<AnswerRule> rule(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    if (!(values.get(key) instanceof Map<?, ?> keys) || !(keys.get("rule") instanceof String)) {
      throw refused(key, "a rule with its keys, such as {rule: exact}", values.get(key));
    }
    Map<String, Object> settings = new LinkedHashMap<>();
    keys.forEach((name, value) -> settings.put(String.valueOf(name), value));
    return Optional.of(AnswerRules.of((String) settings.remove("rule"), settings));
  }

  /** Returns a list of texts, none if the key is not given. */
  List<String> texts(String key) {
    Object value = values.getOrDefault(key, List.of());
    List<String> texts = new ArrayList<>();
    for (Object one : value instanceof List<?> list ? list : List.of(String.valueOf(value))) {
      if (!(one instanceof String)) {
        throw refused(key, "a list of texts", value);
      }
      texts.add((String) one);
    }
    return texts;
  }

  private static IllegalArgumentException refused(String key, String expected, Object value) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "%s must be %s, it is '%s'", key, expected, value));
  }
}
