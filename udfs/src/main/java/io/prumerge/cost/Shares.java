package io.prumerge.cost;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Deals equal shares of work to those that did it together: one for each time its key stands. */
public final class Shares {

  private final Map<Object, Integer> sharers = new IdentityHashMap<>();
  private final Map<Object, Integer> handedOut = new IdentityHashMap<>();

  /**
   * @param keys one for each sharer, compared by identity
   */
  public Shares(List<?> keys) {
    keys.forEach(key -> sharers.merge(key, 1, Integer::sum));
  }

  /** Returns the next share of the key's work. */
  public Share next(Object key) {
    return new Share(handedOut.merge(key, 1, Integer::sum) - 1, sharers.get(key));
  }
}
