package io.prumerge.engine;

import io.prumerge.cost.ReductionWork;
import io.prumerge.reduction.Merge;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Optional;

/**
 * The tokens that one method chooses for one image.
 *
 * @param kept patches in the order fed, summary token excluded; empty when nothing was dropped
 * @param tokens all that the language model receives, summary token included
 * @param merges patches merged into each kept patch, in their order; none if nothing is merged
 * @param work work of the reduction
 */
public record MethodChoice(
    MethodSpec method,
    Optional<List<Integer>> kept,
    int tokens,
    List<Merge> merges,
    ReductionWork work) {

  public MethodChoice {
    kept = kept.map(List::copyOf);
    merges = List.copyOf(merges);
  }
}
