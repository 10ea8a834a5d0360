package io.prumerge.mini;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Counts what has been asked, so that the rarest comes next: questions of every form, and every
 * answer to a question, end up about equally often, and nobody can guess the answer from the
 * question.
 */
final class Balance {

  private final Map<Object, Integer> used = new HashMap<>();

  /**
   * The value whose key was used least; among equals the first one. It counts as used.
   *
   * @param values at least one
   */
  <T> T rarest(List<T> values, Function<T, ?> key) {
    T rarest = values.get(0);
    for (T value : values) {
      if (uses(key.apply(value)) < uses(key.apply(rarest))) {
        rarest = value;
      }
    }
    used.merge(key.apply(rarest), 1, Integer::sum);
    return rarest;
  }

  private int uses(Object key) {
    return used.getOrDefault(key, 0);
  }
}
