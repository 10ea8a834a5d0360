package io.prumerge.cost;

/** Products and sums of counts in {@code long}; an overflow is an error, never a wrong count. */
public final class Exact {
  private Exact() {}

  public static long product(long... factors) {
    long product = 1;
    for (long factor : factors) {
      product = Math.multiplyExact(product, factor);
    }
    return product;
  }

  public static long sum(long... terms) {
    long sum = 0;
    for (long term : terms) {
      sum = Math.addExact(sum, term);
    }
    return sum;
  }
}
