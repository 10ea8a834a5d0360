package io.prumerge.reduction;

/**
 * One visual-token reduction method with its parameters fixed. Stateless and thread-safe: one image
 * in, one reduction out, never looking at another image of the batch.
 */
public interface TokenReducer {

  /** The method in its canonical spelling, as it stands in the {@code method} column. */
  MethodSpec spec();

  /** Whether the tower's last layer (CLS attention, keys) is needed by this method itself. */
  boolean scored();

  /** Reduces the tokens of one image. */
  Reduction reduce(PatchTokens patches);
}
