package io.prumerge.architecture;

/** What the forward pass does with a tensor. */
public enum WeightUse {
  /** Multiplies every row of activations by it. */
  PRODUCT,
  /** A product as {@link #PRODUCT}, whose result goes to the KV cache. */
  CACHED_PRODUCT,
  /** Adds it, scales by it or looks rows up in it. */
  OTHER
}
