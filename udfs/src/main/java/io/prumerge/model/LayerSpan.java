package io.prumerge.model;

/**
 * Consecutive decoder layers.
 *
 * @param from first layer
 * @param to layer after the last
 */
record LayerSpan(int from, int to) {

  LayerSpan {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException("There are no layers from %d to %d".formatted(from, to));
    }
  }

  int layers() {
    return to - from;
  }
}
