package io.prumerge.metric;

import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * One weighted sum of a {@link Tally} over another, a share in percent if it is at most 1. If the
 * whole is 0, there is no value.
 *
 * @param part weights by {@link TallySum#ordinal()}
 * @param whole likewise
 * @param most the maximum
 */
record Ratio(double[] part, double[] whole, double most) implements Measure {

  /** Returns a share in percent. */
  static Ratio share(double[] part, double[] whole) {
    return new Ratio(part, whole, PERCENT);
  }

  /** Returns weights for the sum of these; a repeated term has weight 2. */
  static double[] form(TallySum... terms) {
    double[] weights = new double[TallySum.values().length];
    for (TallySum term : terms) {
      weights[term.ordinal()]++;
    }
    return weights;
  }

  @Override
  public OptionalDouble value(Tally tally) {
    double all = tally.dot(whole);
    return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(most * (tally.dot(part) / all));
  }

  /** The gradient is most (part - share · whole) / whole(tally). */
  @Override
  public double[] gradient(Tally tally) {
    double all = tally.dot(whole);
    double share = tally.dot(part) / all;
    double[] gradient = new double[part.length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = most * (part[i] - share * whole[i]) / all;
    }
    return gradient;
  }

  @Override
  public Set<TallySum> sums() {
    Set<TallySum> sums = EnumSet.noneOf(TallySum.class);
    for (TallySum sum : TallySum.values()) {
      if (part[sum.ordinal()] != 0 || whole[sum.ordinal()] != 0) {
        sums.add(sum);
      }
    }
    return sums;
  }
}
