package io.prumerge.reduction.prumerge;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScoringAttention;
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
    this.spec = options.spec(parameters);
  }

  /**
   * Returns distinct patch indices in the order in which the language model receives them.
   *
   * @param scores attention, finite, one per patch
   */
  abstract int[] selectPatches(float[] scores, PruMergeOptions options);

  /** Returns the kept patches where their number is given, from 0 to that of the patches. */
  abstract int[] selectPatches(float[] scores, int count, PruMergeOptions options);

  @Override
  public final MethodSpec spec() {
    return spec;
  }

  @Override
  public final Set<TowerEvidence> needs() {
    TowerEvidence scores = scores();
    return !fullWidth() && options.neighbours() > 0
        ? Set.of(scores, PaperMerge.KEYS)
        : Set.of(scores);
  }

  // Whether it is the authors' code as it stands.
  private boolean fullWidth() {
    return !options.paper() && options.attention() == ScoringAttention.CLASS;
  }

  private TowerEvidence scores() {
    if (options.attention() == ScoringAttention.RECEIVED) {
      return options.attention().in(new TowerLayer.Last());
    }
    return options.paper() ? PaperMerge.ATTENTION : new TowerEvidence.FullWidthAttention();
  }

  @Override
  public final int tokens(PatchTokens patches) {
    return selectPatches(patches).length + (options.summary() ? 1 : 0);
  }

  @Override
  public final Reduction reduce(PatchTokens patches) {
    int[] kept = selectPatches(patches);
    if (options.neighbours() == 0 && !options.summary()) {
      return patches.gather(kept);
    }
    if (fullWidth()) {
      return patches.merge(kept, options.neighbours(), options.summary());
    }
    float[] scores = scores(patches);
    float[] products =
        options.neighbours() == 0
            ? new float[0]
            : Ranking.finite(spec, "the product of keys", patches.of(PaperMerge.KEYS));
    List<Blend> tokens =
        options.paper()
            ? PaperMerge.tokens(kept, scores, products, options.neighbours())
            : ReceivedMerge.tokens(kept, scores, products, options.neighbours(), options.summary());
    return patches.blend(Stage.BEFORE_CONNECTOR, tokens);
  }

  private int[] selectPatches(PatchTokens patches) {
    float[] scores = scores(patches);
    Optional<TokenBudget> budget = options.budget();
    if (budget.isPresent()) {
      int count = budget.get().tokens(patches) - (options.summary() ? 1 : 0);
      return selectPatches(scores, count, options);
    }
    return selectPatches(scores, options);
  }

  private float[] scores(PatchTokens patches) {
    return Ranking.finite(spec, "the attention to patch", patches.of(scores()));
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
        List<BlendPart> parts =
            IntStream.of(nearest)
                .map(place -> pruned[place])
                .mapToObj(near -> new BlendPart(near, attention[near]))
                .collect(Collectors.toList());
        tokens.add(parts.isEmpty() ? Blend.copy(patch) : new Blend(parts, OptionalInt.of(patch)));
      }
      return tokens;
    }
  }

  /**
   * PruMerge where the attention that patches get are the scores, for towers without a class token.
   * The authors have no code for these. All is as in their code but this: scores and keys are of
   * the layer whose output the features are, attention is per head, mean over the heads, and keys
   * are as that layer compares them with queries.
   */
  static final class ReceivedMerge {

    private static final double LEAST_NORM = 1e-12;

    private ReceivedMerge() {}

    /**
     * Returns the merged tokens in the order of the kept patches, and the summary of the others
     * after them.
     *
     * @param kept distinct patches
     * @param attention to each of N patches
     * @param products of the keys of all pairs, [N, N]; not looked at without neighbours
     * @param neighbours other patches, kept ones too, that are merged into each at most: those with
     *     the largest cosine of keys, of equal ones the lower index
     */
    static List<Blend> tokens(
        int[] kept, float[] attention, float[] products, int neighbours, boolean summary) {
      boolean[] keeps = new boolean[attention.length];
      List<Blend> tokens = new ArrayList<>();
      for (int patch : kept) {
        keeps[patch] = true;
        List<BlendPart> parts = new ArrayList<>(List.of(new BlendPart(patch, 1)));
        for (int near : nearest(patch, products, attention.length, neighbours)) {
          parts.add(new BlendPart(near, attention[near]));
        }
        tokens.add(new Blend(parts));
      }
      if (summary) {
        tokens.add(
            new Blend(
                IntStream.range(0, keeps.length)
                    .filter(patch -> !keeps[patch])
                    .mapToObj(patch -> new BlendPart(patch, attention[patch]))
                    .toList(),
                OptionalInt.empty()));
      }
      return tokens;
    }

    private static int[] nearest(int patch, float[] products, int count, int neighbours) {
      if (neighbours == 0) {
        return new int[0];
      }
      int[] others = IntStream.range(0, count).filter(other -> other != patch).toArray();
      int[] best =
          Ranking.top(
              others.length,
              neighbours,
              place ->
                  products[patch * count + others[place]]
                      / Math.max(LEAST_NORM, Math.sqrt(products[others[place] * (count + 1)])));
      return IntStream.of(best).map(place -> others[place]).toArray();
    }
  }
}
