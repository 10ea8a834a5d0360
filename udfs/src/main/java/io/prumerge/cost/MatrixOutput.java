package io.prumerge.cost;

/** Where the result of a matrix product goes. */
public enum MatrixOutput {
  ACTIVATIONS,
  CACHE
}
