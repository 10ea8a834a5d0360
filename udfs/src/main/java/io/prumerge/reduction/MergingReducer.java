package io.prumerge.reduction;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What PruMerge and PruMerge+ share: scores in, kept patches out, then the merge.
 *
 * <p>Fewer than k other patches: all of them are merged (the official code fails). Everything kept:
 * the summary token is a zero vector and still appended, as in the official code. An attention that
 * is NaN or infinite is a {@link ReductionException}; the official code would keep an arbitrary
 * set.
 */
abstract class MergingReducer implements TokenReducer {
  private final MethodSpec spec;
  private final PruMergeOptions options;

  MergingReducer(MethodSpec spec) {
    this.options = PruMergeOptions.of(spec);
    this.spec = options.spec(spec.name());
  }

  /**
   * Distinct patch indices in the order fed.
   *
   * @param scores CLS attention, finite, one per patch
   */
  abstract int[] kept(float[] scores, PruMergeOptions options);

  @Override
  public final MethodSpec spec() {
    return spec;
  }

  @Override
  public final boolean scored() {
    return true;
  }

  @Override
  public final boolean looks() {
    return true;
  }

  @Override
  public final int tokens(PatchTokens patches) {
    return kept(patches).length + (options.summary() ? 1 : 0);
  }

  @Override
  public final Reduction reduce(PatchTokens patches) {
    int[] kept = kept(patches);
    if (options.neighbours() == 0 && !options.summary()) {
      return patches.gather(kept);
    }
    return patches.merge(kept, options.neighbours(), options.summary());
  }

  private int[] kept(PatchTokens patches) {
    float[] scores = patches.clsAttention();
    for (int patch = 0; patch < scores.length; patch++) {
      if (!Float.isFinite(scores[patch])) {
        throw new ReductionException(
            "Cannot choose tokens by %s: the attention to patch %d is %s; check the checkpoint's vision tower, or run it in fp32"
                .formatted(spec, patch, scores[patch]));
      }
    }
    return kept(scores, options);
  }

  /** The patches with the largest scores, largest first; of equal scores the lower index first. */
  static int[] top(float[] scores, int count) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(
            Comparator.comparing((Integer patch) -> -scores[patch])
                .thenComparing(Comparator.naturalOrder()))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
