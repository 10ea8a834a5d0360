package io.prumerge.reduction.prumerge;

import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Ranking;

/**
 * {@code prumerge} (arXiv 2403.15388, section 3; {@code token_prune_merge_advanced} of
 * 42Shawn/LLaVA-PruMerge): the patches whose CLS attention is an outlier, largest first, each with
 * its {@code k} most similar patches merged in, then one token that sums up the dropped ones.
 *
 * <p>If rounding leaves no kept patch (N = 49 with one outlier), only the summary token goes to the
 * language model, as in the official code; without a summary, the patch with the largest score
 * does.
 *
 * <p>{@code k} is by default 32. {@code adaptive=false} keeps an eighth of the patches instead of
 * the outliers, {@code ratio} another fixed share, and {@code tokens} as many tokens in all, the
 * summary included. {@code merge=false} merges nothing, {@code summary=false} leaves the summary
 * out.
 *
 * <p>{@code attention=received} ranks by the attention that a patch gets, and takes it and the keys
 * from the layer whose output the features are. It is for towers without a class token, for which
 * the authors have no code. A block of patches gets the mean of its patches' attention, also as a
 * weight of the merge.
 *
 * <p>{@code variant=paper} differs from the code as the paper's text does: attention per head over
 * the patches alone, in the layer of the features; neighbours are pruned patches with the largest
 * product of keys; a token is the sum of its neighbours without itself, its weights not divided by
 * their sum, although the prose says average; no summary token. No code of it exists; the number of
 * neighbours is the code's.
 *
 * <p>Deviations: without any outlier, the patch with the largest score is kept; the official code
 * keeps none, and PruMerge+'s divides by zero. Of equal scores the lower place wins. Of fewer than
 * 32 other patches all are merged. Every image is reduced by itself; the official code takes one
 * percentile over a batch. {@code tokens=N} is ours.
 */
public final class PruMerge extends MergingReducer {

  private PruMerge(Parameters parameters) {
    super(parameters);
  }

  @Override
  int[] selectPatches(float[] scores, PruMergeOptions options) {
    int kept = KeepShare.of(scores, options).kept();
    return selectPatches(scores, options.summary() ? kept : Math.max(1, kept), options);
  }

  @Override
  int[] selectPatches(float[] scores, int count, PruMergeOptions options) {
    return Ranking.top(scores, count);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends PruMergeOptions.Factory {

    public Factory() {
      super("prumerge", PruMerge::new);
    }
  }
}
