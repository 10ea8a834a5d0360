package io.prumerge.model.decoder;

import io.prumerge.image.PatchGrid;

/**
 * An image in a sequence.
 *
 * @param first place of its tokens
 * @param grid of all of them
 */
public record RopeImage(int first, PatchGrid grid) {

  // How many positions fewer than tokens it takes.
  int saved() {
    return grid.patches() - Math.max(grid.rows(), grid.cols());
  }
}
