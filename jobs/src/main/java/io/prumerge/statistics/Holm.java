package io.prumerge.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Holm's correction for multiple tests, step-down: with the adjusted values, the probability of any
 * false rejection in the family stays below the level, however the tests depend on each other.
 */
public final class Holm {

  private Holm() {}

  /** Returns the adjusted probabilities of a family of tests, in the order given. */
  public static double[] adjusted(double[] pValues) {
    int[] order =
        IntStream.range(0, pValues.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> pValues[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[pValues.length];
    double largest = 0;
    for (int i = 0; i < order.length; i++) {
      largest = Math.max(largest, Math.min(1, (order.length - i) * pValues[order[i]]));
      adjusted[order[i]] = largest;
    }
    return adjusted;
  }
}
