package io.prumerge.reduction;

/** What a layer shows of the n patches that reach it; fp32, and never the class token's part. */
public enum LayerView {
  /**
   * The attention of CLS to each patch: softmax of the products of queries and keys over all n + 1
   * positions, mean over the heads; [n].
   */
  CLASS_ATTENTION,
  /**
   * How much each patch's value is like CLS's: softmax of their products, not scaled, over all n +
   * 1 positions, mean over the heads; [n].
   */
  CLASS_VALUES,
  /** The L1 norm of each patch's value, mean over the heads; [n]. */
  VALUE_NORMS,
  /**
   * Bipartite matching: of each patch at an odd place, the patch at an even place whose key is most
   * like its own, by the cosine of keys that are means over the heads; the first of equal ones.
   * First all cosines, then all places; [2, n / 2].
   */
  MATCHES;

  /** Returns whether it is about the class token, which some towers have not. */
  public boolean ofClassToken() {
    return this == CLASS_ATTENTION || this == CLASS_VALUES;
  }
}
