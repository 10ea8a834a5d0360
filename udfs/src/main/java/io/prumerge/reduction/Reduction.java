package io.prumerge.reduction;

import java.util.Optional;

/**
 * The reduced tokens of one image. Owns device memory until closed.
 *
 * <p>Implemented by the {@code model} package, which holds the tensor.
 */
public interface Reduction extends AutoCloseable {

  /**
   * Patch indices in the order of the tokens, summary token excluded; empty if nothing was dropped.
   */
  Optional<int[]> keptIndices();

  /** All tokens the language model receives, summary token included. */
  int tokens();

  /** Neighbours merged into each kept token; 0 when nothing was merged. */
  int neighbours();

  /** Whether the last token is the summary of the dropped ones. */
  boolean summary();

  @Override
  void close();
}
