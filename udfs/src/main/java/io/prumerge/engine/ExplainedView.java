package io.prumerge.engine;

import io.prumerge.image.Area;
import io.prumerge.reduction.prumerge.Quartiles;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the tower sees one view of an image.
 *
 * @param seen the area of the picture that its patches show together; beyond the picture where that
 *     is padded
 * @param attention to each patch: of CLS, as {@link
 *     io.prumerge.reduction.PatchTokens#clsAttention()}; of a Q-Former, the {@linkplain
 *     QueryAttention#mean() mean of its queries}; without either, of all patches
 * @param quartiles of the attention
 */
public record ExplainedView(Area seen, List<Float> attention, Quartiles quartiles) {

  public ExplainedView {
    attention = List.copyOf(attention);
  }

  /** Returns the patches whose attention is above the fence, in raster order. */
  public List<Integer> outliers() {
    return IntStream.range(0, attention.size())
        .filter(patch -> attention.get(patch) > quartiles.fence())
        .boxed()
        .toList();
  }
}
