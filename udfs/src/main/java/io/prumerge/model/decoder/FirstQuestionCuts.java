package io.prumerge.model.decoder;

import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.run.CutResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What the cuts of a group keep for its first question, and so for all its questions: kept tokens,
 * and the weights of sums. It outlives the group's caches, so questions that begin again after a
 * failed pass keep the same. For one thread at a time.
 */
public final class FirstQuestionCuts {

  private final Map<Integer, CutResult> byLayer = new TreeMap<>();

  /** Returns the tokens that a cut keeps, by the rule's result for the first question. */
  public CutResult of(LayerCut cut, Supplier<CutResult> rule) {
    return byLayer.computeIfAbsent(cut.layer(), layer -> rule.get());
  }

  /**
   * Returns the tokens that a cut has kept.
   *
   * @throws IllegalStateException if no question has come to it
   */
  public CutResult at(LayerCut cut) {
    CutResult result = byLayer.get(cut.layer());
    if (result == null) {
      throw new IllegalStateException("No question has come to layer " + cut.layer());
    }
    return result;
  }

  /** Returns whether it is known what all these cuts keep. */
  public boolean knows(List<LayerCut> cuts) {
    return cuts.stream().allMatch(cut -> byLayer.containsKey(cut.layer()));
  }
}
