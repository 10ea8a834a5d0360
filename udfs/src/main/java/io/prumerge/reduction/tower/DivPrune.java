package io.prumerge.reduction.tower;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * {@code divprune} (arXiv 2503.02175; vbdi/divprune 799e2d9, {@code DivPrune} of {@code
 * llava_arch.py}): patches that lie far from each other, by 1 - cosine after the connector. The
 * first is the one whose nearest other is farthest; each next one is the farthest from those
 * picked, by the smallest distance to them.
 *
 * <p>{@code order=spatial} is the authors' code, {@code order=picked} feeds the patches in the
 * order of the picks, with which the paper's numbers were made (vbdi/divprune issue 8).
 *
 * <p>Of an image in tiles ({@code tiles=all}), the authors choose among all rows of its sequence,
 * the learned ones after lines included; as these are alike, at most one of them is picked early.
 * {@code tiles=each} chooses an equal part of each view.
 *
 * <p>Of a video, {@code over=frame} chooses an equal part of each frame; {@code over=video} among
 * the patches of all frames at once, as the authors' lines do with whatever rows stand for the
 * image token, and refuses more than 8,192; a frame may lose all. Frames stay in the order of time,
 * with {@code order=picked} each frame's patches in the order of the picks.
 *
 * <p>Deviations: distances are fp32, the authors' are in the model's precision. A picked patch is
 * never picked again; the authors' code feeds some patches twice if all others are equal to picked
 * ones. The authors give the number as {@code round(N ratio)}, of the whole sequence with tiles,
 * and count on 35 tokens before the image; ours finds them. Of learned rows, which are alike, ours
 * picks the first. Their code has no videos; its candidates would be a video's learned rows too,
 * which stay here under every method and are part of no budget.
 */
final class DivPrune extends SequenceReducer {

  private static final Parameter<Boolean> PICKED = Parameter.either("order", "spatial", "picked");

  private final boolean picked;

  private DivPrune(Parameters parameters) {
    super(parameters, PairEvidence.COSINES, Set.of(), parameters.value(OverKey.VIDEO), true);
    this.picked = parameters.value(PICKED);
  }

  @Override
  int[] choose(List<? extends PatchTokens> views, int[] rows, PairKernel cosines, int tokens) {
    int[] picks = picks(cosines, rows.length, tokens);
    if (!picked) {
      Arrays.sort(picks);
    }
    return picks;
  }

  @Override
  int mostTokens(int tokens, int rows) {
    return Math.min(tokens, rows);
  }

  /** Returns the picks in their order. */
  static int[] picks(PairKernel cosines, int count, int tokens) {
    boolean[] taken = new boolean[count];
    float[] nearest = new float[count];
    for (int patch = 0; patch < count; patch++) {
      nearest[patch] = secondSmallest(cosines, count, patch);
    }
    int[] picks = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      int best = farthest(nearest, taken);
      picks[i] = best;
      taken[best] = true;
      if (i == 0) {
        Arrays.fill(nearest, Float.POSITIVE_INFINITY);
      }
      for (int patch = 0; patch < count; patch++) {
        nearest[patch] = Math.min(nearest[patch], 1 - cosines.of(best, patch));
      }
    }
    return picks;
  }

  // The smallest distance is the patch's own.
  private static float secondSmallest(PairKernel cosines, int count, int patch) {
    float first = Float.POSITIVE_INFINITY;
    float second = Float.POSITIVE_INFINITY;
    for (int other = 0; other < count; other++) {
      float distance = 1 - cosines.of(patch, other);
      if (distance < first) {
        second = first;
        first = distance;
      } else if (distance < second) {
        second = distance;
      }
    }
    return second;
  }

  private static int farthest(float[] nearest, boolean[] taken) {
    int best = -1;
    for (int patch = 0; patch < nearest.length; patch++) {
      if (!taken[patch] && (best < 0 || nearest[patch] > nearest[best])) {
        best = patch;
      }
    }
    return best;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "divprune",
          About.of("2503.02175", "vbdi/divprune")
              .servable(Servable.withAFixedCount("compares connector outputs")),
          DivPrune::new,
          PICKED,
          OverKey.VIDEO,
          TilesKey.EACH,
          TokenBudget.NEEDED);
    }
  }
}
