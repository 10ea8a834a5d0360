package io.prumerge.model.pruning;

import io.prumerge.model.decoder.KvCache;
import io.prumerge.model.decoder.VisualSlots;
import io.prumerge.reduction.KeptTokens;
import java.util.List;

/** The stage that a pack has reached: the layers between two of its group's cuts. */
final class PackProgress {

  private final CutCaches caches;
  private int stage;

  PackProgress(CutCaches caches) {
    this.caches = caches;
  }

  /** Returns the stage that the pack's rows are in. */
  CutStage current() {
    return caches.stages().get(stage);
  }

  /** Returns the stage after the next cut; there has to be one. */
  CutStage next() {
    return caches.stages().get(stage + 1);
  }

  /** Returns the stages after the current one. */
  List<CutStage> remaining() {
    return caches.stages().subList(stage + 1, caches.stages().size());
  }

  /** Returns whether no cut is left. */
  boolean last() {
    return remaining().isEmpty();
  }

  /**
   * Returns whether the questions part at the next cut, after the prefix that the first pack has
   * held.
   */
  boolean parts() {
    return !last() && next().apart() && !current().apart();
  }

  /** Returns a question's cache after the next cut. */
  KvCache nextCache(int question) {
    return caches.at(stage + 1, question);
  }

  /** Sets the number of visual tokens that the next cut keeps for all questions. */
  void settle(int visual) {
    caches.settle(stage + 1, visual);
  }

  /**
   * Sets which visual tokens the next cut keeps.
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

  /** Returns the slots of a question's visual tokens after the next cut, once these are set. */
  VisualSlots nextSlots(int question) {
    return caches.slots(stage + 1, question);
  }

  /** Returns whether rows of tokens are looked up in layers before the next cut. */
  boolean dropsEarlierRows() {
    return stage < caches.replaced();
  }

  /** Moves to the next stage. */
  void advance() {
    stage++;
  }
}
