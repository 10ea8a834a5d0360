package io.prumerge.generation;

import io.prumerge.model.greedy.GreedyPasses;
import io.prumerge.model.greedy.GroupState;

/**
 * Questions whose caches are open.
 *
 * @param made tokens that they had when the caches were opened
 * @param slots of the caches when all answers are as long as they may be
 */
record OpenUnit(PromptUnit unit, GroupState state, int made, long slots) implements AutoCloseable {

  /**
   * Opens the caches.
   *
   * @throws io.prumerge.torch.TorchException if the device has no room for them
   */
  static OpenUnit of(PromptUnit unit, GreedyPasses passes) {
    return new OpenUnit(
        unit, passes.open(unit.group(), unit.questions()), unit.made(), unit.slots());
  }

  @Override
  public void close() {
    state.close();
  }
}
