package io.prumerge.metric.tally;

import java.io.Serializable;

/** A value of every {@link TallySum}; counts are exact up to 2^53. */
public final class Tally implements Serializable {

  private static final long serialVersionUID = 1L;

  private final double[] sums = new double[TallySum.values().length];

  public void add(TallySum what, double amount) {
    sums[what.ordinal()] += amount;
  }

  public void add(Tally other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
  }

  public double of(TallySum what) {
    return sums[what.ordinal()];
  }

  public long count(TallySum what) {
    return (long) sums[what.ordinal()];
  }

  /**
   * Returns the weighted sum of all values.
   *
   * @param weights by {@link TallySum#ordinal()}
   */
  public double dot(double[] weights) {
    double dot = 0;
    for (int i = 0; i < sums.length; i++) {
      dot += weights[i] * sums[i];
    }
    return dot;
  }
}
