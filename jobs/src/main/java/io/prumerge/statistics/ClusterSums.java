package io.prumerge.statistics;

/**
 * What one cluster of observations adds to a {@link ClusteredRatio}.
 *
 * @param part to the sum that is divided
 * @param whole to the sum that it is divided by
 */
public record ClusterSums(double part, double whole) {

  public ClusterSums plus(ClusterSums more) {
    return new ClusterSums(part + more.part, whole + more.whole);
  }
}
