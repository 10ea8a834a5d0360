package io.prumerge.reduction;

import java.util.List;
import java.util.Set;

/**
 * The positions of one image in each layer of the tower, for a method that acts inside it; CLS is
 * one of them where there is one.
 *
 * @param shared layers that ran for all methods together
 * @param steps one for each layer, the shared ones too
 */
public record TowerTokens(int shared, List<Step> steps) {

  /**
   * One layer.
   *
   * @param attention positions in its attention
   * @param mlp positions in its MLP
   * @param seen what the method saw of it
   * @param summed patches that went into means with others
   */
  public record Step(int attention, int mlp, Set<InTower.View> seen, int summed) {
    public Step {
      seen = Set.copyOf(seen);
    }
  }

  public TowerTokens {
    steps = List.copyOf(steps);
  }

  /** Returns the layers of the method's own run. */
  public List<Step> own() {
    return steps.subList(shared, steps.size());
  }
}
