package io.prumerge.model.cut;

import io.prumerge.model.decoder.KvCache;
import java.util.List;

/** How far a pack has come among the stages of its group. */
final class CutPlace {

  private final CutCaches caches;
  private int stage;

  CutPlace(CutCaches caches) {
    this.caches = caches;
  }

  /** The stage that it is in. */
  CutStage now() {
    return caches.stages().get(stage);
  }

  /** The stage behind the next cut; there has to be one. */
  CutStage next() {
    return caches.stages().get(stage + 1);
  }

  /** The stages behind the next cut and behind those after it. */
  List<CutStage> ahead() {
    return caches.stages().subList(stage + 1, caches.stages().size());
  }

  /** Whether no cut is left. */
  boolean last() {
    return ahead().isEmpty();
  }

  /** Whether the questions part at the next cut, behind the prefix that the first pack has held. */
  boolean parts() {
    return !last() && next().apart() && !now().apart();
  }

  /** A question's cache behind the next cut. */
  KvCache nextCache(int question) {
    return caches.at(stage + 1, question);
  }

  /** Takes how many tokens the next cut, which all questions share, lets go on. */
  void settle(int visual) {
    caches.settle(stage + 1, visual);
  }

  /** Goes behind the next cut. */
  void pass() {
    stage++;
  }
}
