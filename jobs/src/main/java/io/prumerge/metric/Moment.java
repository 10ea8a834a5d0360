package io.prumerge.metric;

import java.io.Serializable;

/** Sums over images for the figures of one result in one variant, from the second pass. */
final class Moment implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Quantities of a figure that add up over images. */
  enum Kind {
    /** Squared residuals. */
    SQUARES,
    /** Cubed residuals. */
    CUBES,
    /** Squared differences to the residuals of the baseline. */
    DELTA_SQUARES,
    /** Cubed differences. */
    DELTA_CUBES
  }

  private final double[][] sums;

  Moment(int figures) {
    sums = new double[Kind.values().length][figures];
  }

  void add(Kind kind, int figure, double amount) {
    sums[kind.ordinal()][figure] += amount;
  }

  void add(Moment other) {
    for (int kind = 0; kind < sums.length; kind++) {
      for (int i = 0; i < sums[kind].length; i++) {
        sums[kind][i] += other.sums[kind][i];
      }
    }
  }

  double of(Kind kind, int figure) {
    return sums[kind.ordinal()][figure];
  }
}
