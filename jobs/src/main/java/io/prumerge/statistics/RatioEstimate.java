package io.prumerge.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * The geometric mean of ratios of pairs: a pair whose ratio is 2 counts as much as one whose ratio
 * is a half.
 *
 * @param interval of 95 percent, by a bootstrap-t over the pairs (Efron and Tibshirani, "An
 *     Introduction to the Bootstrap", 1993, section 12.5): percentiles of the replicates'
 *     differences to the estimate, each in its own standard error; empty with fewer than five pairs
 */
public record RatioEstimate(double value, Optional<Interval> interval) {

  private static final int REPLICATES = 2000;
  private static final long SEED = 20261127;
  // A replicate of fewer often has one pair only, and no error.
  private static final int FEWEST = 5;

  /** Mean and standard error of some logarithms. */
  private record Moments(double mean, double error) {

    static Moments of(double[] logs) {
      double mean = Arrays.stream(logs).sum() / logs.length;
      double squares = Arrays.stream(logs).map(log -> (log - mean) * (log - mean)).sum();
      return new Moments(mean, Math.sqrt(squares / (logs.length - 1) / logs.length));
    }
  }

  /**
   * Returns the estimate.
   *
   * @param ratios of at least one pair, each positive
   */
  public static RatioEstimate of(double[] ratios) {
    double[] logs = DoubleStream.of(ratios).map(Math::log).toArray();
    Moments own = Moments.of(logs);
    return new RatioEstimate(
        Math.exp(own.mean()),
        logs.length < FEWEST ? Optional.empty() : Optional.of(interval(logs, own)));
  }

  private static Interval interval(double[] logs, Moments own) {
    double[] differences = differences(logs, own);
    if (differences.length == 0) { // all pairs are alike
      return new Interval(Math.exp(own.mean()), Math.exp(own.mean()));
    }
    Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
    percentile.setData(differences);
    double tail = 100 * (1 - Interval.LEVEL) / 2;
    return new Interval(
        Math.exp(own.mean() - percentile.evaluate(100 - tail) * own.error()),
        Math.exp(own.mean() - percentile.evaluate(tail) * own.error()));
  }

  private static double[] differences(double[] logs, Moments own) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] drawn = new double[logs.length];
    double[] differences = new double[REPLICATES];
    for (int replicate = 0; replicate < REPLICATES; replicate++) {
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = logs[random.nextInt(logs.length)];
      }
      Moments moments = Moments.of(drawn);
      differences[replicate] =
          moments.error() > 0 ? (moments.mean() - own.mean()) / moments.error() : Double.NaN;
    }
    return Arrays.stream(differences).filter(value -> !Double.isNaN(value)).toArray();
  }
}
