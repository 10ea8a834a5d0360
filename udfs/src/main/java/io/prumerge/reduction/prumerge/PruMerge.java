package io.prumerge.reduction.prumerge;

import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import java.util.List;

/**
 * {@code prumerge} (arXiv 2403.15388, section 3; {@code token_prune_merge_advanced} of
 * 42Shawn/LLaVA-PruMerge): the patches whose CLS attention is an outlier, largest first, each with
 * its k most similar patches merged in, then one token that sums up the dropped ones.
 *
 * <p>If rounding leaves no kept patch (N = 49 with one outlier), only the summary token goes to the
 * language model, as in the official code; without a summary, the patch with the largest score
 * does.
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
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "prumerge";
    }

    @Override
    public List<String> keys() {
      return PruMergeOptions.KEYS;
    }

    @Override
    public About about() {
      return PruMergeOptions.ABOUT;
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new PruMerge(parameters);
    }
  }
}
