package io.prumerge.view;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A query for {@link AnswerDatabase}. Its text is put together from constants of the code only;
 * every value, whoever gave it, is bound to a question mark.
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

  String text() {
    return text.toString();
  }

  List<Object> values() {
    return Collections.unmodifiableList(values);
  }
}
