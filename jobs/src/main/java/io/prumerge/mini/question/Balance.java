package io.prumerge.mini.question;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Counts the questions asked and chooses the rarest next. Each form of question, and each answer to
 * a question, then occurs about equally often, so that the question does not give away the answer.
 */
public final class Balance {

  private final Map<Object, Integer> used = new HashMap<>();

  /**
   * Returns the value whose key was used least, the first among ties, and counts it as used.
   *
   * @param values at least one
   */
  public <T> T rarest(List<T> values, Function<T, ?> key) {
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
