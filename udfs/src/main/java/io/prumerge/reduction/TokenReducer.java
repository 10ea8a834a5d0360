package io.prumerge.reduction;

import java.util.List;

/**
 * One visual-token reduction method with its parameters fixed. Stateless and thread-safe: it
 * reduces each image independently of the others in a batch.
 */
public interface TokenReducer {

  /** The method in its canonical spelling, as in the {@code method} column. */
  MethodSpec spec();

  /**
   * Whether the method itself needs the tower's last layer (CLS attention, keys). False for {@code
   * tokens=@prumerge}, where the scores only give a control experiment the same token count.
   */
  boolean scored();

  /**
   * Whether the method reads an image's CLS attention, for itself or for another method's token
   * count. If no method does, the tower need not run to its last layer.
   */
  boolean readsAttention();

  /**
   * Tokens that {@link #reduce} gives for this image, summary token included. Reads at most the
   * attention and creates no tensor.
   *
   * @throws ReductionException if {@link #reduce} would throw it
   */
  int tokens(PatchTokens patches);

  /**
   * Reduces the tokens of one image.
   *
   * @throws ReductionException if the method cannot be applied to this image
   */
  Reduction reduce(PatchTokens patches);

  /**
   * The cuts inside the decoder, by rising layer. None for a method that only chooses the tokens
   * which the decoder receives.
   *
   * @param tokens visual tokens that the decoder receives
   * @param layers of the decoder
   * @throws ReductionException if the method has no cuts for these
   */
  default List<LayerCut> cuts(int tokens, int layers) {
    return List.of();
  }
}
