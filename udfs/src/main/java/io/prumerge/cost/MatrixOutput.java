package io.prumerge.cost;

/** Where a result goes. */
public enum MatrixOutput {
  ACTIVATIONS,
  CACHE
}
