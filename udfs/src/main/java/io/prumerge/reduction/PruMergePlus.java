package io.prumerge.reduction;

import java.util.stream.IntStream;

/**
 * {@code prumerge+} (official {@code token_prune_merge_advanced_plus}): PruMerge's patches, then,
 * in raster order, patches sampled evenly along the flattened grid; all of them are merged into.
 *
 * <p>Adaptive: positions 0, s, 2s, ... below N - 1, s a third of 1 / ratio. The official code has N
 * - 1 = 575 hard-coded. With a fixed ratio: positions from half a step on, a step apart, below N -
 * 1.
 *
 * <p>Deviations, where the official code has no usable answer: s is at least 1 (it fails at 0); no
 * sampled patch left beside the kept ones gives the kept ones alone (it fails). With a fixed ratio
 * a patch that is kept already is not fed twice; the official branch, marked as for training,
 * repeats it and in exchange drops as many patches from the summary.
 */
final class PruMergePlus extends MergingReducer {

  PruMergePlus(MethodSpec spec) {
    super(spec);
  }

  @Override
  int[] kept(float[] scores, PruMergeOptions options) {
    KeepShare share = KeepShare.of(scores, options);
    int step = share.step();
    IntStream sampled =
        options.ratio().isPresent()
            ? positions(step / 2, step, scores.length - 1)
            : positions(0, Math.max(1, step / 3), scores.length - 1);
    // distinct() keeps the first of equal elements, so the kept patches stand before the others.
    return IntStream.concat(IntStream.of(top(scores, share.kept())), sampled).distinct().toArray();
  }

  /** first, first + step, ... below end. */
  static IntStream positions(int first, int step, int end) {
    return IntStream.iterate(first, position -> position < end, position -> position + step);
  }
}
