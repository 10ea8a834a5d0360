package io.prumerge.cost;

import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongBiFunction;

/**
 * The work of a reduction method on all views of a prompt's images.
 *
 * @param views the work on each
 * @param tokens visual tokens that the language model receives, with what the layout adds and
 *     without what it takes away
 * @param instruction tokens of the question that the connector reads with the image
 * @param grids patches of each view; none where all views of a model have as many
 */
public record ImageWork(
    List<ReductionWork> views, int tokens, int instruction, List<PatchGrid> grids) {

  public ImageWork {
    views = List.copyOf(views);
    grids = List.copyOf(grids);
  }

  /** The work after a connector that reads no question. */
  public ImageWork(List<ReductionWork> views, int tokens) {
    this(views, tokens, 0, List.of());
  }

  /** Returns the work on an image of one view. */
  public static ImageWork of(ReductionWork work) {
    return new ImageWork(List.of(work), work.tokens());
  }

  /**
   * Returns the work of one method.
   *
   * @param reductions of each view
   * @param seen the views, in the same order
   * @param textFlops as {@link ReductionWork#of}, of each view
   */
  public static ImageWork of(
      TokenReducer reducer,
      List<? extends Reduction> reductions,
      List<? extends PatchTokens> seen,
      int tokens,
      ToLongBiFunction<Integer, TowerEvidence.OfText> textFlops) {
    List<ReductionWork> views = new ArrayList<>();
    for (Reduction reduction : reductions) {
      int view = views.size();
      views.add(
          ReductionWork.of(
              needs(reducer, seen.get(view)),
              reduction,
              text -> textFlops.applyAsLong(view, text)));
    }
    return new ImageWork(views, tokens, 0, seen.stream().map(PatchTokens::grid).toList());
  }

  private static Set<TowerEvidence> needs(TokenReducer reducer, PatchTokens seen) {
    Set<TowerEvidence> needs = new HashSet<>(reducer.needs(seen));
    if (seen.behindConnector()) {
      needs.add(new TowerEvidence.Projected());
    }
    return needs;
  }

  /** Returns this work with the number of question tokens that the connector reads. */
  public ImageWork reading(int words) {
    return new ImageWork(views, tokens, words, grids);
  }

  /** Returns all evidence that the method itself looks at in any view. */
  public Set<TowerEvidence> evidence() {
    Set<TowerEvidence> all = new HashSet<>();
    views.forEach(view -> all.addAll(view.evidence()));
    return all;
  }
}
