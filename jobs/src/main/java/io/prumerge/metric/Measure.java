package io.prumerge.metric;

import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A number that is computed from a {@link Tally}. It does not change if all sums grow by the same
 * factor.
 */
interface Measure {

  /** Times what it is reported. */
  double PERCENT = 100;

  /** Returns the value; empty if it divides by 0. */
  OptionalDouble value(Tally tally);

  /**
   * Returns the gradient of the value by each sum, by {@link TallySum#ordinal()}.
   *
   * @param tally that has a value
   */
  double[] gradient(Tally tally);

  /** Returns the weights of the sum over which it is; an image without a part of it is in none. */
  double[] whole();

  /** Returns its maximum; the minimum is 0. */
  double most();

  /** Returns the sums that it is computed from. */
  Set<TallySum> sums();
}
