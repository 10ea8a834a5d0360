package io.prumerge.architecture;

/** What the forward pass does with a tensor. */
public enum WeightUse {
  /** Multiplies every row of activations by it. */
  PRODUCT,
  /** Does the same, and the result goes to the cache. */
  CACHED_PRODUCT,
  /** Adds it, scales by it or looks rows up in it. */
  OTHER
}
