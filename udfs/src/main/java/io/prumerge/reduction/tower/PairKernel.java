package io.prumerge.reduction.tower;

/** A number for each pair of rows, which may be computed when it is asked for. */
@FunctionalInterface
public interface PairKernel {

  /** Returns the number of two rows. */
  float of(int one, int other);
}
