package io.prumerge.statistics;

import java.util.Collection;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A sum over another, both over observations that belong together in clusters, with its linearised
 * standard error: residuals are summed by cluster (Cochran, "Sampling techniques", 1977, section
 * 6.5). A mean is a sum over a count.
 *
 * @param error empty with one cluster
 */
public record ClusteredRatio(double value, OptionalDouble error, long clusters) {

  /** What rounding leaves of residuals that are 0 is no error. */
  private static final double ROUNDING = 1e-12;

  /** Returns the ratio; empty if there is nothing to divide by. */
  public static Optional<ClusteredRatio> of(Collection<ClusterSums> clusters) {
    double part = clusters.stream().mapToDouble(ClusterSums::part).sum();
    double whole = clusters.stream().mapToDouble(ClusterSums::whole).sum();
    if (whole == 0) {
      return Optional.empty();
    }
    double value = part / whole;
    int n = clusters.size();
    if (n < 2) {
      return Optional.of(new ClusteredRatio(value, OptionalDouble.empty(), n));
    }
    double squares =
        clusters.stream()
            .mapToDouble(one -> Math.pow((one.part() - value * one.whole()) / whole, 2))
            .sum();
    double error = Math.sqrt(squares * n / (n - 1));
    return Optional.of(
        new ClusteredRatio(value, OptionalDouble.of(error > ROUNDING ? error : 0), n));
  }

  /** Returns Wilson's interval of a share between 0 and 1. */
  public Optional<Interval> ofShare() {
    return error.isEmpty()
        ? Optional.empty()
        : Optional.of(WilsonInterval.of(value, error.getAsDouble(), clusters));
  }

  /**
   * Returns Student's interval. Where no cluster differs there is no error; then as many clusters
   * may differ as may have gone unseen.
   *
   * @param range the largest change that clusters can make
   */
  public Optional<Interval> ofDifference(double range) {
    if (error.isEmpty()) {
      return Optional.empty();
    }
    double most = range * UnseenShare.most(clusters);
    return Optional.of(
        error.getAsDouble() > 0
            ? StudentT.interval(value, error.getAsDouble(), clusters)
            : new Interval(value - most, value + most));
  }
}
