package io.prumerge.metric;

import java.io.Serializable;

/** Sums over images for the figures of one result in one variant, from the second pass. */
final class Moment implements Serializable {

  private static final long serialVersionUID = 1L;

  private final double[][] sums;

  /** Images in which each share of {@link LinearisedFigures} counts. */
  private final long[] images;

  Moment(LinearisedFigures figures) {
    sums = new double[MomentKind.values().length][figures.size()];
    images = new long[figures.shareCount()];
  }

  void count(int share) {
    images[share]++;
  }

  /** Returns whether a figure has an error: one image in a share of it has no spread. */
  boolean isSpread(int figure, LinearisedFigures figures) {
    return figures.isSpread(figure, images);
  }

  void add(MomentKind kind, int figure, double amount) {
    sums[kind.ordinal()][figure] += amount;
  }

  void add(Moment other) {
    for (int kind = 0; kind < sums.length; kind++) {
      for (int i = 0; i < sums[kind].length; i++) {
        sums[kind][i] += other.sums[kind][i];
      }
    }
    for (int share = 0; share < images.length; share++) {
      images[share] += other.images[share];
    }
  }

  double of(MomentKind kind, int figure) {
    return sums[kind.ordinal()][figure];
  }
}
