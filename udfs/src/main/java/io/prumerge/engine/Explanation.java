package io.prumerge.engine;

import io.prumerge.image.Area;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;
import java.util.List;
import java.util.Optional;

/**
 * How the tower and the methods see one image, alone or among others in its prompt. Patches are
 * numbered through all of its views.
 *
 * @param picture decoded, before padding, resizing and cropping; of a video, the first frame
 * @param grid of the tiles that are shown in addition to the whole image, or of a video
 * @param patchGrid the patches of each view
 * @param tokens visual tokens before any reduction
 * @param views the whole image first, then its tiles row by row; of a video in the order of time
 * @param queries what the queries look at, for a model with a Q-Former or a resampler
 * @param received where the attention is that patches get, for a tower without a class token
 * @param choices one per method asked for, in their order
 */
public record Explanation(
    RgbImage picture,
    ViewGrid grid,
    PatchGrid patchGrid,
    int tokens,
    List<ExplainedView> views,
    Optional<QueryAttention> queries,
    Optional<ReceivedAttention> received,
    List<MethodChoice> choices) {

  public Explanation {
    views = List.copyOf(views);
    choices = List.copyOf(choices);
  }

  /** Returns the number of patches of one view. */
  public int patches() {
    return patchGrid.patches();
  }

  /** Returns the view of the whole image. */
  public ExplainedView wholeImage() {
    return views.get(0);
  }

  /** Returns the area that a patch shows. */
  public Area patch(int index) {
    return views.get(index / patches()).seen().cell(index % patches(), patchGrid);
  }
}
