package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.image.PatchGrid;

/**
 * FLOPs of the evidence for cuts inside a decoder, as {@link CostModel} counts; d is the hidden
 * size.
 */
public record DecoderEvidenceCost(DecoderShape shape) {

  /**
   * Returns the FLOPs of attention: queries that are computed again, keys that are computed before
   * their layer has run, and the scores of both, 2 x width of the queries each.
   *
   * @param queries rows, 2 d x width of the queries each
   * @param keys rows, 2 d x width of the keys each
   * @param scores query-key pairs
   */
  public long attention(long queries, long keys, long scores) {
    return sum(
        product(2, queries, shape.width(), shape.queryWidth()),
        product(2, keys, shape.width(), shape.keyWidth()),
        product(2, scores, shape.queryWidth()));
  }

  /** Returns the products of a value with those of the visual tokens: 2 x width each. */
  public long values(long tokens) {
    return product(2, tokens, shape.keyWidth());
  }

  /** Returns the products of text's and visual tokens' embeddings: 2 d each. */
  public long relevance(long text, long tokens) {
    return product(2, text, tokens, shape.width());
  }

  /**
   * Returns the cosines of all pairs of keys in one layer: normalisation 3 n W, products 2 n^2 W.
   */
  public long keyCosines(long keys) {
    long width = shape.keyWidth();
    return sum(product(3, keys, width), product(2, keys, keys, width));
  }

  /**
   * Returns the filter over a grid of hidden states, along its rows and along its columns: 2 d for
   * each token and each of a row's and of a column's.
   */
  public long highPass(PatchGrid grid) {
    return product(2, grid.patches(), grid.rows() + grid.cols(), shape.width());
  }

  /**
   * Returns the FLOPs that the rotation alone adds to pairs of positions: 2 head widths each; 0
   * without rotary positions.
   */
  public long rotation(long rows, long tokens) {
    return shape.weights().rotary() ? product(2, rows, tokens, shape.headDim()) : 0;
  }
}
