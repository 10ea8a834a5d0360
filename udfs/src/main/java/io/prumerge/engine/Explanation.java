package io.prumerge.engine;

import io.prumerge.image.Area;
import io.prumerge.image.RgbImage;
import io.prumerge.image.ViewGrid;
import java.util.List;
import java.util.Optional;

/**
 * How the tower and the methods see one image, alone or among others in its prompt. Patches are
 * numbered through all of its views.
 *
 * @param picture decoded, before padding, resizing and cropping
 * @param grid of the tiles beside the whole image
 * @param gridSide patches per row and column of each view
 * @param tokens visual tokens before any reduction
 * @param views the whole image first, then its tiles row by row
 * @param queries what the queries look at, for a model with a Q-Former
 * @param choices one per method asked for, in their order
 */
public record Explanation(
    RgbImage picture,
    ViewGrid grid,
    int gridSide,
    int tokens,
    List<ExplainedView> views,
    Optional<QueryAttention> queries,
    List<MethodChoice> choices) {

  public Explanation {
    views = List.copyOf(views);
    choices = List.copyOf(choices);
  }

  /** Patches of one view. */
  public int patches() {
    return gridSide * gridSide;
  }

  /** The view of the whole image. */
  public ExplainedView whole() {
    return views.get(0);
  }

  /** Returns the area that a patch shows. */
  public Area patch(int index) {
    return views.get(index / patches()).seen().cell(index % patches(), gridSide);
  }
}
