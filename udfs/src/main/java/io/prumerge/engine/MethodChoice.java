package io.prumerge.engine;

import io.prumerge.cost.ImageWork;
import io.prumerge.image.ViewGrids;
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

  /**
   * The part of one image, where the choice is of several in one prompt. Its patches are numbered
   * through its own views.
   *
   * @param views of the image
   * @param patches of each view
   * @param received tokens of the image that the language model receives
   */
  MethodChoice of(ViewGrids.Span views, int patches, int received) {
    int first = views.first() * patches;
    int end = views.end() * patches;
    return new MethodChoice(
        method,
        kept.map(
            all ->
                all.stream()
                    .filter(patch -> patch >= first && patch < end)
                    .map(patch -> patch - first)
                    .toList()),
        tokens.subList(views.first(), views.end()),
        merges.stream()
            .filter(merge -> merge.kept() >= first && merge.kept() < end)
            .map(merge -> merge.from(-first))
            .toList(),
        staying,
        new ImageWork(
            work.views().subList(views.first(), views.end()), received, work.instruction()));
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
