package io.prumerge.model.decoder;

import io.prumerge.model.connector.VisualGrid;

/**
 * A picture or video in a sequence.
 *
 * @param first place of its tokens
 * @param grid of all of them
 */
public record RopeImage(int first, VisualGrid grid) {

  // How many positions fewer than tokens it takes; below 0 where a video's times are far apart.
  int saved() {
    return grid.tokens() - grid.length();
  }
}
