package io.prumerge.leaderboard;

import java.util.Collection;
import java.util.OptionalDouble;

/** Shares in percent, and means of what is known. */
final class Percent {

  private static final double WHOLE = 100;

  private Percent() {}

  /** Returns a share; empty of nothing. */
  static OptionalDouble of(double part, double whole) {
    return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of(WHOLE * part / whole);
  }

  /** Returns a mean in the sum's unit; empty of nothing. */
  static OptionalDouble mean(double sum, long n) {
    return n == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / n);
  }

  /** Returns the mean; empty if there is no value, or if one is unknown. */
  static OptionalDouble mean(Collection<OptionalDouble> values) {
    return values.stream().allMatch(OptionalDouble::isPresent)
        ? values.stream().mapToDouble(OptionalDouble::getAsDouble).average()
        : OptionalDouble.empty();
  }
}
