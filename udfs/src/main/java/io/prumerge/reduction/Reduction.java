package io.prumerge.reduction;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The reduced tokens of one image. Owns device memory until closed.
 *
 * <p>Implemented by the {@code model} package, which holds the tensor.
 */
public interface Reduction extends AutoCloseable {

  /**
   * Returns the patches that tokens stand for, in the order of the tokens; empty if nothing was
   * dropped. A summary, a class token, a mean over several patches that is not one patch's own, and
   * a zero vector stand for none.
   */
  Optional<int[]> keptIndices();

  /** Returns all tokens the language model receives, summary token included. */
  int tokens();

  /** Neighbours merged into each kept token; 0 when nothing was merged. */
  int neighbours();

  /** Returns whether the last token is the summary of the dropped ones. */
  boolean summary();

  /**
   * Returns the multiply-accumulates of the weighted sums that tokens are made of, PruMerge's
   * excepted.
   */
  default long products() {
    return 0;
  }

  /** Returns the image's way through the tower, for tokens that were put together inside it. */
  default Optional<TowerTokens> tower() {
    return Optional.empty();
  }

  /**
   * Returns the patches that the tower ran over, where a method had left out pixels before it;
   * empty where it ran over all of the view.
   */
  default OptionalInt seenPatches() {
    return OptionalInt.empty();
  }

  @Override
  void close();
}
