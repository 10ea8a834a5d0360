package io.prumerge.engine;

import io.prumerge.image.Area;
import io.prumerge.image.RgbImage;
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the tower and the methods see one image.
 *
 * @param picture decoded, before padding, resizing and cropping
 * @param seen the area that all patches show together; beyond the picture where that is padded
 * @param gridSide patches per row and column
 * @param tokens visual tokens before any reduction
 * @param attention of CLS to each patch, as {@link
 *     io.prumerge.reduction.PatchTokens#clsAttention()}
 * @param quartiles of the attention
 * @param choices one per method asked for, in their order
 */
public record Explanation(
    RgbImage picture,
    Area seen,
    int gridSide,
    int tokens,
    List<Float> attention,
    Quartiles quartiles,
    List<MethodChoice> choices) {

  public Explanation {
    attention = List.copyOf(attention);
    choices = List.copyOf(choices);
  }

  /** The patches whose attention is above the fence, in raster order. */
  public List<Integer> outliers() {
    return IntStream.range(0, attention.size())
        .filter(patch -> attention.get(patch) > quartiles.fence())
        .boxed()
        .toList();
  }

  /** Returns the area that a patch shows. */
  public Area patch(int index) {
    return seen.cell(index, gridSide);
  }
}
