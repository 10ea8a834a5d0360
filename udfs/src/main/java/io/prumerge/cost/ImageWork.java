package io.prumerge.cost;

import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongBiFunction;

/**
 * The work of a reduction method on all views of one image.
 *
 * @param views the work on each
 * @param tokens visual tokens that the language model receives, with what the layout adds and
 *     without what it takes away
 */
public record ImageWork(List<ReductionWork> views, int tokens) {

  public ImageWork {
    views = List.copyOf(views);
  }

  /** The work on an image of one view. */
  public static ImageWork of(ReductionWork work) {
    return new ImageWork(List.of(work), work.tokens());
  }

  /**
   * The work of one method.
   *
   * @param reductions of each view, the whole image first
   * @param textFlops as {@link ReductionWork#of}, of each view
   */
  public static ImageWork of(
      TokenReducer reducer,
      List<? extends Reduction> reductions,
      int tokens,
      ToLongBiFunction<Integer, TowerEvidence.OfText> textFlops) {
    List<ReductionWork> views = new ArrayList<>();
    for (Reduction reduction : reductions) {
      int view = views.size();
      ReductionWork work =
          ReductionWork.of(reducer, reduction, text -> textFlops.applyAsLong(view, text));
      boolean shared = views.isEmpty() && reductions.size() > 1;
      views.add(shared ? work.with(reducer.needsOfTiles()) : work);
    }
    return new ImageWork(views, tokens);
  }

  /** All evidence that the method itself looks at in any view. */
  public Set<TowerEvidence> evidence() {
    Set<TowerEvidence> all = new HashSet<>();
    views.forEach(view -> all.addAll(view.evidence()));
    return all;
  }
}
