package io.prumerge.reduction.tower;

/**
 * The cosine of each pair of patches.
 *
 * @param values [count, count], row-major
 */
record PairCosines(float[] values, int count) {

  float of(int one, int other) {
    return values[one * count + other];
  }
}
