package io.prumerge.metric;

import java.io.Serializable;
import java.util.BitSet;

/** The pairs of one family: for n entrants, (0, 1), (0, 2), ... (n - 2, n - 1). */
final class PairSums implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The retentions of each entrant, as indices into {@link Combinations}; none if it has none. */
  final int[][] places;

  final double[] squares;
  final long[] images;

  PairSums(int[][] places) {
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
          double difference = PairMoments.difference(own[a], own[b]);
          squares[pair] += difference * difference;
          images[pair]++;
        }
      }
    }
  }

  void add(PairSums other) {
    for (int i = 0; i < squares.length; i++) {
      squares[i] += other.squares[i];
      images[i] += other.images[i];
    }
  }
}
