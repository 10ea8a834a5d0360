package io.prumerge.metric;

import io.prumerge.metric.Comparison.PointEstimate;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** The pairs of one family: for n entrants, (0, 1), (0, 2), ... (n - 2, n - 1). */
  private static final class Sums implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * The retentions of each entrant, as indices into {@link Combinations}; none if it has none.
     */
    private final int[][] places;

    private final double[] squares;
    private final long[] images;

    Sums(int[][] places) {
      this.places = places;
      int pairs = places.length * (places.length - 1) / 2;
      squares = new double[pairs];
      images = new long[pairs];
    }

    void add(double[] residuals, BitSet about) {
      double[] own = new double[places.length];
      boolean[] seen = new boolean[places.length];
      for (int i = 0; i < own.length; i++) {
        for (int place : places[i]) {
          own[i] += residuals[place] / places[i].length;
          seen[i] |= about.get(place);
        }
      }
      int pair = 0;
      for (int a = 0; a < own.length; a++) {
        for (int b = a + 1; b < own.length; b++, pair++) {
          if (seen[a] || seen[b]) {
            double difference = difference(own[a], own[b]);
            squares[pair] += difference * difference;
            images[pair]++;
          }
        }
      }
    }

    void add(Sums other) {
      for (int i = 0; i < squares.length; i++) {
        squares[i] += other.squares[i];
        images[i] += other.images[i];
      }
    }
  }

  private final List<Sums> families = new ArrayList<>();

  /**
   * @param combinations on the driver
   */
  PairMoments(List<AllPairs> families, Combinations combinations) {
    for (AllPairs family : families) {
      this.families.add(
          new Sums(
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

  /** Returns the pairs of each family, uncorrected; without entrants that have no retention. */
  List<List<AllPairs.Pair>> compared(Combinations combinations) {
    return families.stream().map(one -> compared(one, combinations)).toList();
  }

  private static List<AllPairs.Pair> compared(Sums sums, Combinations combinations) {
    List<AllPairs.Pair> pairs = new ArrayList<>();
    int pair = 0;
    for (int a = 0; a < sums.places.length; a++) {
      for (int b = a + 1; b < sums.places.length; b++, pair++) {
        if (sums.places[a].length > 0 && sums.places[b].length > 0) {
          double delta =
              difference(value(sums.places[a], combinations), value(sums.places[b], combinations));
          pairs.add(
              new AllPairs.Pair(
                  a,
                  b,
                  Comparison.clustered(
                      PointEstimate.of(delta, sums.squares[pair], sums.images[pair]),
                      combinations.at(sums.places[a][0]).range())));
        }
      }
    }
    return pairs;
  }

  /**
   * Returns 0 for what differs by rounding only, as the mean over seeds with equal answers does.
   */
  private static double difference(double a, double b) {
    double difference = a - b;
    return Math.abs(difference) <= ROUNDING * Math.max(Math.abs(a), Math.abs(b)) ? 0 : difference;
  }

  private static double value(int[] places, Combinations combinations) {
    return Arrays.stream(places)
        .mapToDouble(place -> combinations.at(place).value())
        .average()
        .orElseThrow();
  }
}
