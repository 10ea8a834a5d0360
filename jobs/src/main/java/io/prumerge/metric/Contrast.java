package io.prumerge.metric;

import io.prumerge.metric.tally.MethodKey;
import java.io.Serializable;

/**
 * Two methods to compare: {@code a} less {@code b}.
 *
 * @param scope the figures to compare
 */
public record Contrast(MethodKey a, MethodKey b, ContrastScope scope) implements Serializable {

  /** Returns whether both compare the same methods, in this order or the other. */
  public boolean isAbout(Contrast other) {
    return a.equals(other.a) && b.equals(other.b) || a.equals(other.b) && b.equals(other.a);
  }
}
