package io.prumerge.reduction.prumerge;

import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.control.UniformTokens;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code prumerge+} (official {@code token_prune_merge_advanced_plus}): PruMerge's patches, then
 * patches sampled evenly along the flattened grid, in raster order. Other patches are merged into
 * all of these.
 *
 * <p>Adaptive: positions 0, s, 2s, ... below N - 1, where s is a third of 1 / ratio. The official
 * code hard-codes N - 1 = 575. With a fixed ratio: positions below N - 1 that start at half a step
 * and are one step apart.
 *
 * <p>Its keys are those of {@code prumerge}: {@code adaptive}, {@code ratio}, {@code tokens},
 * {@code k}, {@code merge}, {@code summary}, {@code variant} and {@code attention}.
 *
 * <p>Deviations: s is at least 1, and if every sampled patch is kept already, only the kept ones
 * are used; the official code fails in both cases. With a fixed ratio, a patch that is kept already
 * is not used twice; the official branch, marked as for training, repeats it and leaves as many
 * patches out of the summary.
 *
 * <p>With {@code tokens=N}, a quarter of the kept patches, rounded up, are those with the largest
 * scores, which is about their share in the adaptive rule. The others are spaced evenly over the
 * remaining patches.
 *
 * <p>{@code variant=paper} samples as many patches as there are outliers (Algorithm 1, indices m +
 * 1 to 2m), evenly over the remaining ones; with {@code tokens=N}, half of the patches are sampled.
 */
final class PruMergePlus extends MergingReducer {

  private static final int SHARE_OF_BEST = 4;
  private static final int PAPERS_SHARE_OF_BEST = 2;

  private PruMergePlus(Parameters parameters) {
    super(parameters);
  }

  @Override
  int[] selectPatches(float[] scores, PruMergeOptions options) {
    KeepShare share = KeepShare.of(scores, options);
    if (options.paper()) {
      int best = Math.max(1, share.kept());
      return sampled(scores, best, Math.min(2 * best, scores.length));
    }
    int step = share.step();
    IntStream sampled =
        options.ratio().isPresent()
            ? positions(step / 2, step, scores.length - 1)
            : positions(0, Math.max(1, step / 3), scores.length - 1);
    // distinct() keeps the first of equal elements, so the kept patches stand before the others.
    return IntStream.concat(IntStream.of(Ranking.top(scores, share.kept())), sampled)
        .distinct()
        .toArray();
  }

  @Override
  int[] selectPatches(float[] scores, int count, PruMergeOptions options) {
    int share = options.paper() ? PAPERS_SHARE_OF_BEST : SHARE_OF_BEST;
    return sampled(scores, (count + share - 1) / share, count);
  }

  // The best patches, then others evenly spaced among the remaining ones.
  private static int[] sampled(float[] scores, int first, int count) {
    int[] best = Ranking.top(scores, first);
    Set<Integer> chosen = IntStream.of(best).boxed().collect(Collectors.toSet());
    int[] others =
        IntStream.range(0, scores.length).filter(patch -> !chosen.contains(patch)).toArray();
    IntStream sampled =
        IntStream.of(UniformTokens.centres(others.length, count - best.length))
            .map(place -> others[place]);
    return IntStream.concat(IntStream.of(best), sampled).toArray();
  }

  /** Returns first, first + step, ... below end. */
  static IntStream positions(int first, int step, int end) {
    return IntStream.iterate(first, position -> position < end, position -> position + step);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends PruMergeOptions.Factory {

    public Factory() {
      super("prumerge+", PruMergePlus::new);
    }
  }
}
