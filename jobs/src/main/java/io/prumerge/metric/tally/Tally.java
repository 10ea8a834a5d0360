package io.prumerge.metric.tally;

import java.io.Serializable;

/** A value of every {@link Sum}; counts are exact up to 2^53. */
public final class Tally implements Serializable {

  private static final long serialVersionUID = 1L;

  private final double[] sums = new double[Sum.values().length];

  public void add(Sum what, double amount) {
    sums[what.ordinal()] += amount;
  }

  public void add(Tally other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
  }

  public double of(Sum what) {
    return sums[what.ordinal()];
  }

  public long count(Sum what) {
    return (long) sums[what.ordinal()];
  }

  /**
   * Returns the weighted sum of all values.
   *
   * @param weights by {@link Sum#ordinal()}
   */
  public double dot(double[] weights) {
    double dot = 0;
    for (int i = 0; i < sums.length; i++) {
      dot += weights[i] * sums[i];
    }
    return dot;
  }
}
