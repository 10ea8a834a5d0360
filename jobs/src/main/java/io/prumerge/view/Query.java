package io.prumerge.view;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A query for {@link AnswerDatabase}. Its text is put together from constants of the code only;
 * every value, whoever gave it, is a variable in the place of a question mark.
 */
final class Query {

  private final StringBuilder text = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  /**
   * Appends constant text.
   *
   * @param constant has a question mark for each value
   * @param bound texts, numbers, or lists of texts
   */
  Query add(String constant, Object... bound) {
    text.append(constant).append('\n');
    Collections.addAll(values, bound);
    return this;
  }

  /** Appends another query. */
  Query add(Query other) {
    text.append(other.text);
    values.addAll(other.values);
    return this;
  }

  /**
   * Returns the text with a variable for each question mark. Unlike a bound parameter, DuckDB knows
   * a variable's value when it plans, and leaves out rows as it reads them.
   */
  String text() {
    StringBuilder named = new StringBuilder();
    int place = 0;
    for (char c : text.toString().toCharArray()) {
      named.append(c == '?' ? "getvariable('" + variable(place++) + "')" : c);
    }
    return named.toString();
  }

  /** Returns the values by their variables. */
  Map<String, Object> values() {
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      named.put(variable(i), values.get(i));
    }
    return named;
  }

  private static String variable(int place) {
    return "value_" + place;
  }
}
