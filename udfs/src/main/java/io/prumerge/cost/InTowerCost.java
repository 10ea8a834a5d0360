package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.reduction.InTower;
import io.prumerge.reduction.TowerTokens;

/**
 * FLOPs of what a method sees of a tower's layers while they run, and of the means that it makes
 * there, as {@link CostModel} counts.
 */
record InTowerCost(TowerShape shape) {

  /**
   * All layers of one view. With t positions, of which n are patches, t - 1 or, without a class
   * token, t, heads of width h, width C:
   *
   * <ul>
   *   <li>attention of CLS, products of its value with all values: 2 t C each; norms: nothing
   *   <li>matches: normalised keys 3 n h, cosines 2 floor(n / 2) ceil(n / 2) h
   *   <li>means of s patches in all: 2 s C
   * </ul>
   */
  long of(TowerTokens tower) {
    long flops = 0;
    for (TowerTokens.Step step : tower.steps()) {
      for (InTower.View view : step.seen()) {
        flops = sum(flops, view(view, step.attention()));
      }
      flops = sum(flops, product(2, step.summed(), shape.width()));
    }
    return flops;
  }

  private long view(InTower.View view, long positions) {
    long patches = positions - shape.kind().classTokens();
    long head = shape.width() / shape.heads();
    return switch (view) {
      case CLASS_ATTENTION, CLASS_VALUES -> product(2, positions, shape.width());
      case VALUE_NORMS -> 0;
      case MATCHES ->
          sum(product(3, patches, head), product(2, patches / 2, patches - patches / 2, head));
    };
  }
}
