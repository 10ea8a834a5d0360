package io.prumerge.reduction.prumerge;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * PruMerge as the paper's text has it (arXiv 2403.15388v6, section 3 and Algorithm 1). It differs
 * from the authors' code in this:
 *
 * <ul>
 *   <li>Scores and keys are of the layer whose output the features are (the "penultimate"), not of
 *       the last one.
 *   <li>Attention is per head, softmax over the patches alone, mean over the heads; not one head of
 *       full width over patches and CLS.
 *   <li>Neighbours are the k pruned patches with the largest product of keys, not the k other
 *       patches, kept ones included, with the largest cosine. The paper gives no k: the code's 32.
 *   <li>A kept token becomes the sum of its neighbours' features, each times its attention; its own
 *       feature is not in that sum. We take the formula as it stands, although the prose calls it
 *       an average: the weights are not divided by their sum. Where nothing is pruned, tokens stay
 *       as they are.
 *   <li>There is no summary token.
 * </ul>
 */
final class PaperMerge {

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
          Ranking.top(pruned.length, neighbours, place -> products[patch * count + pruned[place]]);
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
