package io.prumerge.statistics;

import java.util.SplittableRandom;

/**
 * A cluster's weight in each replicate of a bootstrap: Poisson with mean 1, independent of all
 * other clusters, instead of the multinomial counts of drawing with replacement (Chamandy et al.,
 * "Estimating uncertainty for massive data streams", 2012). Weights depend only on the cluster, so
 * they are the same in every partition and for every method.
 */
public final class PoissonWeights {

  private static final long SEED = 20261120;

  /** The probability of at most 0, 1, ... draws; the last is 1 in this precision. */
  private static final double[] CUMULATIVE = cumulative();

  private PoissonWeights() {}

  private static double[] cumulative() {
    double[] cumulative = new double[20];
    double term = Math.exp(-1);
    double sum = 0;
    for (int i = 0; i < cumulative.length; i++) {
      sum += term;
      cumulative[i] = sum;
      term /= i + 1;
    }
    cumulative[cumulative.length - 1] = 1;
    return cumulative;
  }

  /**
   * The cluster's weight in each replicate. A larger number of replicates keeps the first weights.
   *
   * @param cluster a hash of the cluster's name
   */
  public static double[] of(long cluster, int replicates) {
    SplittableRandom random = new SplittableRandom(cluster ^ SEED);
    double[] weights = new double[replicates];
    for (int i = 0; i < replicates; i++) {
      double uniform = random.nextDouble();
      int draws = 0;
      while (uniform >= CUMULATIVE[draws]) {
        draws++;
      }
      weights[i] = draws;
    }
    return weights;
  }
}
