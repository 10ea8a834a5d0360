package io.prumerge.reduction;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Base of PruMerge and PruMerge+: chooses patches by score, then merges others into them.
 *
 * <p>With fewer than k other patches, all of them are merged (the official code fails). If all
 * patches are kept, the summary token is a zero vector and still appended, as in the official code.
 * NaN or infinite attention is a {@link ReductionException}; the official code would keep an
 * arbitrary set.
 */
abstract class MergingReducer implements TokenReducer {
  private final MethodSpec spec;
  private final PruMergeOptions options;

  MergingReducer(Parameters parameters) {
    this.options = PruMergeOptions.of(parameters);
    this.spec = options.spec(parameters.method());
  }

  /**
   * Distinct patch indices in the order in which the language model receives them.
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
  public final boolean readsAttention() {
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
            String.format(
                Locale.ROOT,
                "Cannot choose tokens by %s: the attention to patch %d is %s; check the checkpoint's vision tower, or run it in fp32",
                spec,
                patch,
                scores[patch]));
      }
    }
    return kept(scores, options);
  }

  /** The patches with the largest scores, largest first; equal scores by index. */
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
