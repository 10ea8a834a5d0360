package io.prumerge.metric;

import java.io.Serializable;

/**
 * Two methods to compare: {@code a} less {@code b}.
 *
 * @param scope the figures to compare
 */
public record Contrast(MethodKey a, MethodKey b, Scope scope) implements Serializable {

  /** The figures to compare. */
  public enum Scope {
    /** The headline of every benchmark that both answered, and their retention. */
    EVERYTHING,
    /** Their retention only; the headlines are compared elsewhere. */
    RETENTION
  }

  /** Returns whether both compare the same methods. */
  public boolean isAbout(Contrast other) {
    return a.equals(other.a) && b.equals(other.b);
  }
}
