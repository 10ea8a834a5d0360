package io.prumerge.reduction;

import java.util.List;

/**
 * The positions of one image in each layer of the tower, for a method that acts inside it; CLS is
 * one of them where there is one.
 *
 * @param shared layers that ran for all methods together
 * @param steps one for each layer, the shared ones too
 */
public record TowerTokens(int shared, List<TowerStep> steps) {

  public TowerTokens {
    steps = List.copyOf(steps);
  }

  /** Returns the layers of the method's own run. */
  public List<TowerStep> ownSteps() {
    return steps.subList(shared, steps.size());
  }
}
