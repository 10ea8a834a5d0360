package io.prumerge.statistics;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * McNemar's exact test of two methods that answered the same questions: of those that only one of
 * them has right, each should have half. It takes questions as independent, whatever they are
 * about. The chi-square form is an approximation for what is computed here for any number.
 */
public final class McNemar {

  private McNemar() {}

  /**
   * The two-sided probability, {@code statsmodels.stats.contingency_tables.mcnemar(exact=True)}.
   *
   * @param first questions that only the first method has right
   * @param second likewise
   */
  public static double pValue(long first, long second) {
    if (first == second) {
      return 1;
    }
    BinomialDistribution half =
        new BinomialDistribution(null, Math.toIntExact(first + second), 0.5);
    return 2 * half.cumulativeProbability(Math.toIntExact(Math.min(first, second)));
  }
}
