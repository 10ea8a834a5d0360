package io.prumerge.model.decoder;

import io.prumerge.reduction.CutRule;
import io.prumerge.reduction.LayerCut;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What the cuts of a group keep for its first question, and so for all its questions: kept tokens,
 * and the weights of sums. It outlives the group's caches, so questions that begin anew after a
 * failed pass keep the same. For one thread at a time.
 */
public final class FirstKept {

  private final Map<Integer, CutRule.Result> byLayer = new TreeMap<>();

  /** Returns what a cut keeps; asks the rule for the first question that comes to it only. */
  public CutRule.Result of(LayerCut cut, Supplier<CutRule.Result> rule) {
    return byLayer.computeIfAbsent(cut.layer(), layer -> rule.get());
  }

  /**
   * Returns what a cut has kept.
   *
   * @throws IllegalStateException if no question has come to it
   */
  public CutRule.Result at(LayerCut cut) {
    CutRule.Result result = byLayer.get(cut.layer());
    if (result == null) {
      throw new IllegalStateException("No question has come to layer " + cut.layer());
    }
    return result;
  }

  /** Whether it is known what all these cuts keep. */
  public boolean knows(List<LayerCut> cuts) {
    return cuts.stream().allMatch(cut -> byLayer.containsKey(cut.layer()));
  }
}
