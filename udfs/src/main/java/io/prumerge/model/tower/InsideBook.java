package io.prumerge.model.tower;

import io.prumerge.model.connector.InsideTokens;
import io.prumerge.reduction.ReductionException;
import java.util.HashMap;
import java.util.Map;

/** What methods left of one view inside the tower. */
public final class InsideBook implements AutoCloseable {

  private final Map<InsideTokens.Key, InsideTokens> left = new HashMap<>();

  /** Whether it is known what a method leaves. */
  boolean has(InsideTokens.Key key) {
    return left.containsKey(key);
  }

  /** Takes what a method left; closed with the book. */
  void put(InsideTokens.Key key, InsideTokens tokens) {
    left.put(key, tokens);
  }

  /**
   * What a method left.
   *
   * @throws ReductionException if the method failed
   */
  InsideTokens of(InsideTokens.Key key) {
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

  /** Wall time of all methods' own runs of the tower. */
  public double millis() {
    return left.values().stream().mapToDouble(InsideTokens::millis).sum();
  }

  @Override
  public void close() {
    left.values().forEach(InsideTokens::close);
  }
}
