package io.prumerge.reduction.prumerge;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Base of PruMerge and PruMerge+: chooses patches by score, then merges others into them.
 *
 * <p>With fewer than k other patches, all of them are merged (the official code fails). If all
 * patches are kept, the summary token is a zero vector and still appended, as in the official code.
 * NaN or infinite attention is a {@link ReductionException}; the official code would keep an
 * arbitrary set.
 *
 * <p>With {@code tokens=N} the image gets N tokens, the summary included. The authors define no
 * fixed number.
 */
abstract class MergingReducer implements TokenReducer {
  private final MethodSpec spec;
  private final PruMergeOptions options;

  MergingReducer(Parameters parameters) {
    this.options = PruMergeOptions.of(parameters);
    this.spec = options.spec(parameters.method());
  }

  /**
   * Returns distinct patch indices in the order in which the language model receives them.
   *
   * @param scores CLS attention, finite, one per patch
   */
  abstract int[] kept(float[] scores, PruMergeOptions options);

  /** Returns the same where their number is given, from 0 to that of the patches. */
  abstract int[] kept(float[] scores, int count, PruMergeOptions options);

  @Override
  public final MethodSpec spec() {
    return spec;
  }

  @Override
  public final Set<TowerEvidence> needs() {
    if (!options.paper()) {
      return Set.of(new TowerEvidence.FullWidthAttention());
    }
    return options.neighbours() == 0
        ? Set.of(PaperMerge.ATTENTION)
        : Set.of(PaperMerge.ATTENTION, PaperMerge.KEYS);
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
    if (options.paper()) {
      List<Blend> tokens =
          PaperMerge.tokens(
              kept,
              scores(patches),
              Ranking.finite(spec, "the product of keys", patches.of(PaperMerge.KEYS)),
              options.neighbours());
      return patches.blend(Stage.BEFORE_CONNECTOR, tokens);
    }
    return patches.merge(kept, options.neighbours(), options.summary());
  }

  private int[] kept(PatchTokens patches) {
    float[] scores = scores(patches);
    Optional<TokenBudget> budget = options.budget();
    if (budget.isPresent()) {
      int count = budget.get().tokens(patches) - (options.summary() ? 1 : 0);
      return kept(scores, count, options);
    }
    return kept(scores, options);
  }

  private float[] scores(PatchTokens patches) {
    float[] attention = options.paper() ? patches.of(PaperMerge.ATTENTION) : patches.clsAttention();
    return Ranking.finite(spec, "the attention to patch", attention);
  }

  /**
   * PruMerge as the paper's text has it (arXiv 2403.15388v6, section 3 and Algorithm 1). It differs
   * from the authors' code in this:
   *
   * <ul>
   *   <li>Scores and keys are of the layer whose output the features are (the "penultimate"), not
   *       of the last one.
   *   <li>Attention is per head, softmax over the patches alone, mean over the heads; not one head
   *       of full width over patches and CLS.
   *   <li>Neighbours are the k pruned patches with the largest product of keys, not the k other
   *       patches, kept ones included, with the largest cosine. The paper gives no k: the code's
   *       32.
   *   <li>A kept token becomes the sum of its neighbours' features, each times its attention; its
   *       own feature is not in that sum. We take the formula as it stands, although the prose
   *       calls it an average: the weights are not divided by their sum. Where nothing is pruned,
   *       tokens stay as they are.
   *   <li>There is no summary token.
   * </ul>
   */
  static final class PaperMerge {

    static final TowerEvidence ATTENTION = new TowerEvidence.PatchAttention(new TowerLayer.Last());
    static final TowerEvidence KEYS = new TowerEvidence.KeyProducts(new TowerLayer.Last());

    private PaperMerge() {}

    /**
     * Returns the merged tokens in the order of the kept patches.
     *
     * @param kept distinct patches
     * @param attention to each of N patches
     * @param products of the keys of all pairs, [N, N]
     * @param neighbours at most so many pruned patches are merged into each; of equal products the
     *     lower index
     */
    static List<Blend> tokens(int[] kept, float[] attention, float[] products, int neighbours) {
      int count = attention.length;
      boolean[] keeps = new boolean[count];
      Arrays.stream(kept).forEach(patch -> keeps[patch] = true);
      int[] pruned = IntStream.range(0, count).filter(patch -> !keeps[patch]).toArray();
      List<Blend> tokens = new ArrayList<>();
      for (int patch : kept) {
        int[] nearest =
            Ranking.top(
                pruned.length, neighbours, place -> products[patch * count + pruned[place]]);
        List<Blend.Part> parts =
            IntStream.of(nearest)
                .map(place -> pruned[place])
                .mapToObj(near -> new Blend.Part(near, attention[near]))
                .collect(Collectors.toList());
        tokens.add(parts.isEmpty() ? Blend.copy(patch) : new Blend(parts, OptionalInt.of(patch)));
      }
      return tokens;
    }
  }
}
