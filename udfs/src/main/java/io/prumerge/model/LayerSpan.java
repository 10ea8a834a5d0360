package io.prumerge.model;

import java.util.Locale;

/**
 * Consecutive decoder layers.
 *
 * @param from first layer
 * @param to layer after the last
 */
record LayerSpan(int from, int to) {

  LayerSpan {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "There are no layers from %d to %d", from, to));
    }
  }

  int layers() {
    return to - from;
  }
}
