package io.prumerge.model.cut;

import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.VisualSlots;
import io.prumerge.reduction.KeptTokens;
import java.util.List;

/** How far a pack has come among the stages of its group. */
final class CutPlace {

  private final CutCaches caches;
  private int stage;

  CutPlace(CutCaches caches) {
    this.caches = caches;
  }

  /** Returns the stage that it is in. */
  CutStage now() {
    return caches.stages().get(stage);
  }

  /** Returns the stage after the next cut; there has to be one. */
  CutStage next() {
    return caches.stages().get(stage + 1);
  }

  /** Returns the stages after the next cut and after those after it. */
  List<CutStage> ahead() {
    return caches.stages().subList(stage + 1, caches.stages().size());
  }

  /** Returns whether no cut is left. */
  boolean last() {
    return ahead().isEmpty();
  }

  /**
   * Returns whether the questions part at the next cut, after the prefix that the first pack has
   * held.
   */
  boolean parts() {
    return !last() && next().apart() && !now().apart();
  }

  /** Returns a question's cache after the next cut. */
  KvCache nextCache(int question) {
    return caches.at(stage + 1, question);
  }

  /** Takes how many tokens the next cut, which all questions share, lets go on. */
  void settle(int visual) {
    caches.settle(stage + 1, visual);
  }

  /**
   * Takes what the next cut keeps.
   *
   * @param question {@link KvCache#PREFIX} for all of them
   */
  void keep(int question, KeptTokens kept) {
    caches.keep(stage + 1, question, kept);
  }

  /** Returns the slots of a question's visual tokens. */
  VisualSlots slots(int question) {
    return caches.slots(stage, question);
  }

  /** Returns the slots of those that go on after the next cut, once it has kept them. */
  VisualSlots nextSlots(int question) {
    return caches.slots(stage + 1, question);
  }

  /** Returns whether rows of tokens are looked up in layers before the next cut. */
  boolean dropsEarlierRows() {
    return stage < caches.replaced();
  }

  /** Moves on to the stage after the next cut. */
  void pass() {
    stage++;
  }
}
