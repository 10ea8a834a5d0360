package io.prumerge.metric;

import java.io.Serializable;

/** A value of every {@link Sum}; counts are exact up to 2^53. */
final class Tally implements Serializable {

  private static final long serialVersionUID = 1L;

  private final double[] sums = new double[Sum.values().length];

  void add(Sum what, double amount) {
    sums[what.ordinal()] += amount;
  }

  void add(Tally other) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
  }

  double of(Sum what) {
    return sums[what.ordinal()];
  }

  long count(Sum what) {
    return (long) sums[what.ordinal()];
  }

  /**
   * Returns the weighted sum of all values.
   *
   * @param weights by {@link Sum#ordinal()}
   */
  double dot(double[] weights) {
    double dot = 0;
    for (int i = 0; i < sums.length; i++) {
      dot += weights[i] * sums[i];
    }
    return dot;
  }
}
