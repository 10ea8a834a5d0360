package io.prumerge.metric;

import java.io.Serializable;

/**
 * Two methods to compare: {@code a} less {@code b}.
 *
 * @param scope which of their figures
 */
public record Contrast(MethodKey a, MethodKey b, Scope scope) implements Serializable {

  /** What is compared. */
  public enum Scope {
    /** The headline of every benchmark that both answered, and their retention. */
    EVERYTHING,
    /** Their retention alone: the headlines stand elsewhere. */
    RETENTION
  }

  /** Whether it is about the same two. */
  public boolean isAbout(Contrast other) {
    return a.equals(other.a) && b.equals(other.b);
  }
}
