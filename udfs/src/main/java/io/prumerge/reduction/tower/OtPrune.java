package io.prumerge.reduction.tower;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * {@code otprune} (arXiv 2602.20205; xiwenc1/OTPrune 3414730, {@code OTPrune} of {@code
 * llava_arch.py}): patches whose distribution is near that of all, by optimal transport. They are
 * the most likely set of a determinantal point process, chosen greedily ({@link
 * GreedyDeterminant}). Its kernel is {@code I + 0.01 C C} after the connector: C has the products
 * of each pair of patches, where each channel is divided by its norm over all patches. Raster
 * order.
 *
 * <p>Of an image in tiles ({@code tiles=all}), the authors choose among all rows of its sequence,
 * the learned ones after lines included. {@code tiles=each} chooses an equal part of each view. A
 * video is taken frame by frame.
 *
 * <p>Deviations: fp32, where the authors divide by the norms and choose in the model's precision. A
 * channel that is zero in all patches stays so; the authors' code divides by zero. The authors give
 * the number as {@code round(N ratio)}, halves to even, of the whole sequence with tiles, and count
 * on 35 tokens before the image; ours finds them. The question, which their function is handed, is
 * not used there either.
 */
final class OtPrune extends SequenceReducer {

  private OtPrune(Parameters parameters) {
    super(parameters, PairEvidence.TRANSPORT_KERNEL, Set.of(), false, true);
  }

  @Override
  int[] choose(List<? extends PatchTokens> views, int[] rows, PairKernel kernel, int tokens) {
    int[] picks = GreedyDeterminant.picks(kernel, rows.length, tokens, row -> 0);
    Arrays.sort(picks);
    return picks;
  }

  @Override
  int mostTokens(int tokens, int rows) {
    return Math.min(tokens, rows);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "otprune",
          About.of("2602.20205", "xiwenc1/OTPrune")
              .servable(Servable.withAFixedCount("compares connector outputs")),
          OtPrune::new,
          TilesKey.EACH,
          TokenBudget.NEEDED);
    }
  }
}
