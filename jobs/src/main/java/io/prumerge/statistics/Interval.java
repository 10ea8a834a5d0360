package io.prumerge.statistics;

import io.prumerge.lang.Text;
import java.io.Serializable;

/**
 * A confidence interval, in the unit of the estimate.
 *
 * @param low at most {@code high}
 */
public record Interval(double low, double high) implements Serializable {

  /** The confidence level. */
  public static final double LEVEL = 0.95;

  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          Text.format("An interval has no end below its beginning: %s to %s", low, high));
    }
  }

  /** Returns the part between two bounds, between which the estimate lies. */
  public Interval within(double least, double most) {
    return new Interval(Math.max(least, low), Math.min(most, high));
  }
}
