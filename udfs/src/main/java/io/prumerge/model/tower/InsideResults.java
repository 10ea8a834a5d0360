package io.prumerge.model.tower;

import io.prumerge.model.connector.InsideKey;
import io.prumerge.model.connector.InsideTokens;
import io.prumerge.reduction.ReductionException;
import java.util.HashMap;
import java.util.Map;

/** What methods left of one view inside the tower. */
public final class InsideResults implements AutoCloseable {

  private final Map<InsideKey, InsideTokens> left = new HashMap<>();

  /** Returns whether it is known what a method leaves. */
  boolean has(InsideKey key) {
    return left.containsKey(key);
  }

  /** Takes what a method left; closed with these. */
  void put(InsideKey key, InsideTokens tokens) {
    left.put(key, tokens);
  }

  /**
   * Returns the tokens that a method left inside the tower.
   *
   * @throws ReductionException if the method failed
   */
  InsideTokens of(InsideKey key) {
    InsideTokens tokens = left.get(key);
    if (tokens == null) {
      throw new IllegalStateException(
          "Cannot take tokens from inside the tower, which was run without " + key.method());
    }
    if (tokens.failure() != null) {
      throw tokens.failure();
    }
    return tokens;
  }

  /** Returns the wall time of all methods' own runs of the tower. */
  public double millis() {
    return left.values().stream().mapToDouble(InsideTokens::millis).sum();
  }

  @Override
  public void close() {
    left.values().forEach(InsideTokens::close);
  }
}
