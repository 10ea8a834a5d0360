package io.prumerge.statistics;

import java.io.Serializable;

/**
 * A confidence interval, in the unit of what it is about.
 *
 * @param low at most {@code high}
 */
public record Interval(double low, double high) implements Serializable {

  /** How often such intervals cover what they estimate. */
  public static final double LEVEL = 0.95;

  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "An interval has no end below its beginning: %s to %s".formatted(low, high));
    }
  }
}
