package io.prumerge.engine;

import io.prumerge.cost.ImageWork;
import io.prumerge.reduction.Merge;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.Optional;

/**
 * The tokens that one method chooses for one image. Patches are numbered through all of its views.
 *
 * @param kept patches in the order fed, summary tokens excluded; empty when nothing was dropped
 * @param tokens of each view that the language model receives, summary tokens included
 * @param merges patches merged into each kept patch, view by view in their order; none if nothing
 *     is merged
 * @param staying the queries of a Q-Former that are left behind each of the method's cuts inside
 *     the decoder; none for other models, or without a question
 * @param work work of the reduction
 */
public record MethodChoice(
    MethodSpec method,
    Optional<List<Integer>> kept,
    List<Integer> tokens,
    List<Merge> merges,
    List<StayingQueries> staying,
    ImageWork work) {

  public MethodChoice {
    kept = kept.map(List::copyOf);
    tokens = List.copyOf(tokens);
    merges = List.copyOf(merges);
    staying = List.copyOf(staying);
  }

  /** All tokens that the language model receives, with the learned ones of the layout. */
  public int all() {
    return work.tokens();
  }

  /** Tokens that show nothing of the image: those that the layout sets behind lines of tiles. */
  public int learned() {
    return all() - tokens.stream().mapToInt(Integer::intValue).sum();
  }
}
