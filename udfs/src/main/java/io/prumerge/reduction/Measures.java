package io.prumerge.reduction;

/** The tokens and FLOPs of a method on an image: what a {@link Budget} compares. */
public interface Measures {

  /** Returns the number of layers of the decoder. */
  int layers();

  /**
   * Returns the visual tokens in a layer of the decoder, mean over the layers.
   *
   * @throws ReductionException if the method cannot be applied to the image or the decoder, or if
   *     how many tokens it keeps is known only when the decoder has run
   */
  double layerMean(TokenReducer method, PatchTokens image);

  /**
   * Returns the FLOPs of one question alone, up to its first token.
   *
   * @throws ReductionException as {@link #layerMean}
   */
  double flops(TokenReducer method, PatchTokens image);
}
