package io.prumerge.reduction.tower;

import io.prumerge.lang.Text;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.LayerView;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchGroups;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Ranking;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ReductionPlace;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TowerPass;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code tome} (arXiv 2210.09461; facebookresearch/ToMe af95e4b, {@code merge.py} and {@code
 * patch/timm.py}): between attention and MLP of every layer, the patches at odd places look for the
 * most similar one at an even place, by their keys. The closest pairs are merged: means that count
 * each as often as it has patches already. Attention counts them so too (proportional attention).
 * What was not merged goes on first, then the patches of the even places; so the order is not that
 * of the image.
 *
 * <p>The authors give the number of pairs for each layer. Here {@link ToMeSchedule} does, so that
 * {@code tokens} are left after the last layer that the features need: 192 of 576 in 23 layers by
 * 16 layers of 17 and 7 of 16.
 *
 * <p>Deviations: of equal cosines the lower place is first, the authors' order is not defined; a
 * key of zeros is like no other, the authors divide by zero. Without a class token, the patches at
 * odd places look for partners, as after one; in the authors' code, which counts it as the first
 * place, those at even places would.
 */
final class ToMe extends BudgetReducer {

  /** Merging by keys. */
  record Merging() implements InTower {

    @Override
    public ReductionPlace place() {
      return ReductionPlace.BEFORE_MLP;
    }

    @Override
    public boolean proportional() {
      return true;
    }

    @Override
    public Set<LayerView> sees() {
      return Set.of(LayerView.MATCHES);
    }

    @Override
    public int shared(int layers) {
      return 0;
    }

    @Override
    public TowerPass way(int patches, int layers, int tokens) {
      return new Pairing(ToMeSchedule.of(patches, layers, tokens));
    }
  }

  /**
   * The pairs of each layer.
   *
   * @param merged how many of them are merged, by layer
   */
  private record Pairing(int[] merged) implements TowerPass {

    @Override
    public boolean looks(int layer, int patches) {
      return merged[layer] > 0;
    }

    @Override
    public PatchGroups next(int layer, int patches, int most, Map<LayerView, float[]> seen) {
      return groups(patches, seen.get(LayerView.MATCHES), merged[layer]);
    }
  }

  /**
   * Merges the closest pairs: the authors' bipartite soft matching.
   *
   * @param matches as {@link LayerView#MATCHES}
   * @param pairs at most half of the patches
   */
  static PatchGroups groups(int patches, float[] matches, int pairs) {
    int odd = patches / 2;
    boolean[] merged = new boolean[odd];
    for (int closest : Ranking.top(odd, pairs, pair -> matches[pair])) {
      merged[closest] = true;
    }
    int[] place = new int[patches];
    int next = 0;
    for (int pair = 0; pair < odd; pair++) {
      if (!merged[pair]) {
        place[2 * pair + 1] = next++;
      }
    }
    for (int even = 0; even < patches; even += 2) {
      place[even] = next++;
    }
    for (int pair = 0; pair < odd; pair++) {
      if (merged[pair]) {
        place[2 * pair + 1] = place[(int) matches[odd + pair]];
      }
    }
    return new PatchGroups(next, place);
  }

  private static final InTower MERGING = new Merging();

  private ToMe(Parameters parameters) {
    super(parameters, Set.of());
  }

  @Override
  public Optional<InTower> inTower() {
    return Optional.of(MERGING);
  }

  @Override
  protected Reduction reduce(PatchTokens patches, int tokens) {
    return patches.inTower(MERGING, tokens);
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "tome",
          About.of("2210.09461", "facebookresearch/ToMe")
              .servable(Servable.no("merges inside the tower")),
          ToMe::new,
          TokenBudget.NEEDED);
    }
  }

  /**
   * How many patches each layer merges into others, so that a given number is left: as equal as can
   * be, the larger numbers first. A layer cannot merge more than half of those that reach it; then
   * the others merge more.
   */
  static final class ToMeSchedule {

    private ToMeSchedule() {}

    /**
     * Returns one number for each layer.
     *
     * @throws ReductionException if so few cannot be left
     */
    static int[] of(int patches, int layers, int tokens) {
      // One more in one layer leaves one patch less, or as many: no number is passed over.
      int most = layers * (patches / 2);
      int[] merged = evenly(0, patches, layers);
      for (int total = 0; total <= most; total++) {
        merged = evenly(total, patches, layers);
        if (remaining(patches, merged) == tokens) {
          return merged;
        }
      }
      throw new ReductionException(
          Text.format(
              "Cannot merge %d patches into %d tokens in %d layers of the vision tower, each of"
                  + " which merges half of them at most; give tokens=%d or more",
              patches, tokens, layers, remaining(patches, merged)));
    }

    private static int remaining(int patches, int[] merged) {
      return patches - IntStream.of(merged).sum();
    }

    private static int[] evenly(int total, int patches, int layers) {
      int[] merged = new int[layers];
      int left = patches;
      for (int layer = 0; layer < layers; layer++) {
        int share = total / layers + (layer < total % layers ? 1 : 0);
        merged[layer] = Math.min(share, left / 2);
        left -= merged[layer];
      }
      return merged;
    }
  }
}
