package io.prumerge.reduction;

/**
 * One visual-token reduction method with its parameters fixed. Stateless and thread-safe: one image
 * in, one reduction out, never looking at another image of the batch.
 */
public interface TokenReducer {

  /** The method in its canonical spelling, as it stands in the {@code method} column. */
  MethodSpec spec();

  /**
   * Whether the tower's last layer (CLS attention, keys) is needed by this method itself. False for
   * {@code tokens=@prumerge}: there the scores only set an experiment's control to an equal count.
   */
  boolean scored();

  /**
   * Whether this method asks an image for its class attention: for itself, or for the count of
   * another one. Where no method does, the tower need not run to its last layer.
   */
  boolean looks();

  /**
   * Tokens that {@link #reduce} gives for this image, summary token included. Asks the patches for
   * their attention at most; no tensor is made.
   *
   * @throws ReductionException where {@link #reduce} throws it
   */
  int tokens(PatchTokens patches);

  /**
   * Reduces the tokens of one image.
   *
   * @throws ReductionException if the method cannot be applied to this image
   */
  Reduction reduce(PatchTokens patches);
}
