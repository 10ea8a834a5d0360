package io.prumerge.generation;

import io.prumerge.model.decoding.GreedyPasses;
import io.prumerge.model.decoding.GroupState;

/**
 * Questions whose caches are open.
 *
 * @param made tokens that they had when the caches were opened
 */
record OpenUnit(PromptUnit unit, GroupState state, int made) implements AutoCloseable {

  /**
   * Opens the caches.
   *
   * @param end the question after the last one that comes with the next pass
   * @throws RuntimeException if the device's memory does not hold them
   */
  static OpenUnit of(PromptUnit unit, GreedyPasses passes, int end) {
    return new OpenUnit(unit, passes.open(unit.group(), unit.questions(), end), unit.made());
  }

  /** Returns whether its caches have made a token for any question. */
  boolean progressed() {
    return unit.made() > made;
  }

  @Override
  public void close() {
    state.close();
  }
}
