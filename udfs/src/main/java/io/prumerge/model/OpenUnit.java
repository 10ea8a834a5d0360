package io.prumerge.model;

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
   * @throws TorchException if the device has no room for them
   */
  static OpenUnit of(PromptUnit unit, LanguageModel model) {
    return new OpenUnit(
        unit, new GroupState(unit.group(), unit.questions(), model), unit.made(), unit.slots());
  }

  @Override
  public void close() {
    state.close();
  }
}
