package io.prumerge.cost;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * One of several equal shares of work that was done together. For whole numbers the first shares
 * take the remainder, so that the shares add up to the whole.
 *
 * @param index 0 for the first share
 * @param of how many there are
 */
public record Share(int index, int of) {

  /** All of it. */
  public static final Share WHOLE = new Share(0, 1);

  public long part(long whole) {
    return whole / of + (index < whole % of ? 1 : 0);
  }

  public double part(double whole) {
    return whole / of;
  }

  /** Deals equal shares of work to those that did it together: one for each time its key stands. */
  public static final class Shares {

    private final Map<Object, Integer> sharers = new IdentityHashMap<>();
    private final Map<Object, Integer> dealt = new IdentityHashMap<>();

    /**
     * @param keys one for each sharer, compared by identity
     */
    public Shares(List<?> keys) {
      keys.forEach(key -> sharers.merge(key, 1, Integer::sum));
    }

    /** Returns the next share of the key's work. */
    public Share next(Object key) {
      return new Share(dealt.merge(key, 1, Integer::sum) - 1, sharers.get(key));
    }
  }
}
