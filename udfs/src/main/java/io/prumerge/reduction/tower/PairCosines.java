package io.prumerge.reduction.tower;

/**
 * The cosine of each pair of patches.
 *
 * @param values [count, count], row-major
 */
public record PairCosines(float[] values, int count) implements PairKernel {

  /** Returns the cosine of two patches. */
  @Override
  public float of(int one, int other) {
    return values[one * count + other];
  }
}
