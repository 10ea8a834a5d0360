package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;

/**
 * Attention of one layer.
 *
 * @param sequences number of sequences, each attending to itself
 * @param heads query heads
 * @param keyHeads key and value heads
 * @param headDim width of one head
 * @param queries query positions of each sequence
 * @param keys key positions of each sequence
 */
record AttentionSpan(
    long sequences, long heads, long keyHeads, long headDim, long queries, long keys) {

  /** Returns the elements of the queries, and of the result. */
  long queryElements() {
    return product(sequences, queries, heads, headDim);
  }

  /** Returns the elements of the keys, and of the values. */
  long keyElements() {
    return product(sequences, keys, keyHeads, headDim);
  }

  long scores() {
    return product(sequences, heads, queries, keys);
  }
}
