package io.prumerge.reduction;

/** Where in a layer the patches become fewer. */
public enum ReductionPlace {
  /** Between the attention and the MLP. */
  BEFORE_MLP,
  /** Between the layer and the next one. */
  AFTER_LAYER
}
