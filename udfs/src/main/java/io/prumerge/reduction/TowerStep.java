package io.prumerge.reduction;

import java.util.Set;

/**
 * One layer of the tower, as a method reduces it.
 *
 * @param attention positions in its attention
 * @param mlp positions in its MLP
 * @param views what the method saw of it
 * @param summed patches that went into means with others
 */
public record TowerStep(int attention, int mlp, Set<LayerView> views, int summed) {
  public TowerStep {
    views = Set.copyOf(views);
  }
}
