package io.prumerge.reduction;

/**
 * {@code prumerge} (arXiv 2403.15388, section 3; official {@code token_prune_merge_advanced}): the
 * patches whose CLS attention is an outlier, largest first, each with its k most similar patches
 * merged in, then one token that sums up the dropped ones.
 *
 * <p>Where rounding leaves no kept patch (N = 49 with one outlier) only the summary token goes to
 * the language model, as in the official code; without a summary the patch with the largest score.
 */
final class PruMerge extends MergingReducer {

  PruMerge(MethodSpec spec) {
    super(spec);
  }

  @Override
  int[] kept(float[] scores, PruMergeOptions options) {
    int kept = KeepShare.of(scores, options).kept();
    return top(scores, options.summary() ? kept : Math.max(1, kept));
  }
}
