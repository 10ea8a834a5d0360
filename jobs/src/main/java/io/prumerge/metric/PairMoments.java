package io.prumerge.metric;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Sums over images for the differences between the retentions of all pairs of each {@link
 * AllPairs}. A difference's residual is the difference of the two retentions' residuals, so an
 * image costs two additions and a product per pair, whatever the number of benchmarks.
 */
final class PairMoments implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final double ROUNDING = 1e-12;

  final List<PairSums> families = new ArrayList<>();

  /**
   * @param combinations on the driver
   */
  PairMoments(List<AllPairs> families, Combinations combinations) {
    for (AllPairs family : families) {
      this.families.add(
          new PairSums(
              family.entrants().stream()
                  .map(entrant -> combinations.places(entrant.seeds()))
                  .toArray(int[][]::new)));
    }
  }

  /**
   * Adds an image.
   *
   * @param residuals of the retentions, by their index
   * @param about the retentions that have a question about this image
   */
  void add(double[] residuals, BitSet about) {
    families.forEach(one -> one.add(residuals, about));
  }

  void add(PairMoments other) {
    for (int i = 0; i < families.size(); i++) {
      families.get(i).add(other.families.get(i));
    }
  }

  /**
   * Returns 0 for what differs by rounding only, as the mean over seeds with equal answers does.
   */
  static double difference(double a, double b) {
    double difference = a - b;
    return Math.abs(difference) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b)) ? 0 : difference;
  }
}
