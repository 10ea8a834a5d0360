package io.prumerge.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;

/**
 * The geometric mean of ratios of pairs, without the fifth of them that are largest and the fifth
 * that are smallest: a pair whose ratio is 2 counts as much as one whose ratio is a half, and one
 * that was interrupted does not count (a trimmed mean: Wilcox, "Introduction to Robust Estimation
 * and Hypothesis Testing", 2012, section 3.3).
 *
 * @param interval of 95 percent, by a bootstrap over the pairs ({@link BcaInterval}); empty with
 *     fewer than five pairs
 */
public record RatioEstimate(double value, Optional<Interval> interval) {

  private static final double TRIMMED = 0.2;
  private static final int REPLICATES = 2000;
  private static final long SEED = 20261127;

  /** A replicate of fewer often has one pair only. */
  private static final int FEWEST = 5;

  /**
   * Returns the estimate.
   *
   * @param ratios of at least one pair, each positive
   */
  public static RatioEstimate of(double[] ratios) {
    double[] logs = DoubleStream.of(ratios).map(Math::log).sorted().toArray();
    double mean = mean(logs);
    return new RatioEstimate(
        Math.exp(mean), logs.length < FEWEST ? Optional.empty() : interval(logs, mean));
  }

  /** Returns how many are left out at either end. */
  private static int trimmed(int pairs) {
    return (int) (TRIMMED * pairs);
  }

  /**
   * @param logs sorted
   */
  private static double mean(double[] logs) {
    int from = trimmed(logs.length);
    int to = logs.length - from;
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += logs[i];
    }
    return sum / (to - from);
  }

  private static Optional<Interval> interval(double[] logs, double mean) {
    // The influence of a pair that is left out is that of the last one that is not.
    double least = logs[trimmed(logs.length)];
    double most = logs[logs.length - 1 - trimmed(logs.length)];
    double squares = 0;
    double cubes = 0;
    for (double log : logs) {
      double influence = Math.min(most, Math.max(least, log)) - mean;
      squares += influence * influence;
      cubes += influence * influence * influence;
    }
    return BcaInterval.of(mean, BcaInterval.acceleration(squares, cubes), replicates(logs))
        .map(BcaInterval::interval)
        .map(one -> new Interval(Math.exp(one.low()), Math.exp(one.high())));
  }

  private static double[] replicates(double[] logs) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] replicates = new double[REPLICATES];
    double[] drawn = new double[logs.length];
    for (int replicate = 0; replicate < REPLICATES; replicate++) {
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = logs[random.nextInt(logs.length)];
      }
      Arrays.sort(drawn);
      replicates[replicate] = mean(drawn);
    }
    return replicates;
  }
}
