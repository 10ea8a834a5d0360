package io.prumerge.reduction;

import java.util.Optional;

/**
 * What a reducer made of one image's patches. Owns device memory until closed.
 *
 * <p>Implemented by the model side, which holds the tensor.
 */
public interface Reduction extends AutoCloseable {

  /** Patch indices in the order fed, summary token excluded; empty when nothing was dropped. */
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
